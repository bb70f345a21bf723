import { appNames } from '@tally/test-system';

/** The apps of a complete system. Simple apps that do little replace orders and media. */
export const chaosApps = [...appNames, 'orders', 'media'] as const;
export type ChaosApp = (typeof chaosApps)[number];
