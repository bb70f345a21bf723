import { defineConfig } from 'vitest/config';

/** The test projects by what they need: `unit` opens no port, `azurite` speaks the storage protocol for real. */
export default defineConfig({
  test: {
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
        },
      },
    ],
  },
});
