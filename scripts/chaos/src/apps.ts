import { appNames } from '@tally/test-system';

/** The apps of a whole system; in the place of orders and media stand apps that do little. */
export const chaosApps = [...appNames, 'orders', 'media'] as const;
export type ChaosApp = (typeof chaosApps)[number];
