import { defineConfig } from 'vitest/config';

/**
 * The test projects by what they need: `unit` opens no port, `azurite` speaks the storage protocol for real, `chaos` kills
 * and disturbs a whole system. Their time limits only end tests that hang.
 */
export default defineConfig({
  test: {
    coverage: {
      // Every line and branch of the rules that decide about runs is proved; for adapters a percentage would say little.
      include: ['shared/run-state/src/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['text', 'html'],
      thresholds: { 100: true },
    },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{services,shared,scripts}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.azurite.test.ts', '**/*.chaos.test.ts', '**/*.browser.test.ts'],
        },
      },
      {
        test: {
          name: 'azurite',
          include: ['{services,shared,scripts}/**/*.azurite.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'chaos',
          include: ['{services,shared,scripts}/**/*.chaos.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          // Alone and one after the other: each of them runs a dozen processes.
          sequence: { groupOrder: 1 },
          maxWorkers: 1,
        },
      },
    ],
  },
});
