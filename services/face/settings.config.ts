import { settingsSchema } from './src/settings.ts';

/**
 * The settings that this app reads from its environment.
 * The checks of the deployment validate its settings against these schemas.
 */
export const settings = [settingsSchema];
