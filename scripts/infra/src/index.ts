export { appOf, ofType, readSnapshot, settingsOf } from './snapshot.ts';
