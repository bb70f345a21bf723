export { type AppAccount, readServiceSettings, type ServiceSettings } from './service-settings.ts';
export { appOf, ofType, readSnapshot, settingsOf } from './snapshot.ts';
