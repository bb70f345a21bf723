import { keepLoopbackDirect } from '@tally/contracts';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Tests talk to this machine only, even if it has a proxy for other addresses.
keepLoopbackDirect(process.env);

/**
 * How many files with their own processes run at once. These files wait for answers more than they compute,
 * so more than the two cores of a small machine can be busy. Each has its own ports and folders.
 */
const SIDE_BY_SIDE = 3;

/** Chaos runs first: its schedules take longer than any other file, and would run alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isChaos = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith('schedules.chaos.test.ts');
    const sorted = await super.sort(files);
    return [...sorted.filter(isChaos), ...sorted.filter((file) => !isChaos(file))];
  }
}

/**
 * The test projects, separated by what they need. `unit` opens no port. `azurite` uses the real storage
 * protocol. `chaos` kills processes of a complete system and disturbs it. `browser` drives the page in a
 * browser. Their time limits only end tests that hang.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    coverage: {
      // Every line and branch of the rules that decide about runs is proved. For adapters a percentage would
      // say little.
      include: ['shared/run-state/src/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['text', 'html'],
      thresholds: { 100: true },
    },
    projects: [
      {
        test: {
          name: 'unit',
          // These tests compute and never wait, so every core gets a worker. The default leaves one core
          // idle.
          maxWorkers: '100%',
          // The files of a worker share its modules: to load them for each takes longer than the tests.
          isolate: false,
          unstubEnvs: true,
          testTimeout: 120_000,
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
          maxWorkers: SIDE_BY_SIDE,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'chaos',
          include: ['{services,shared,scripts}/**/*.chaos.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          maxWorkers: SIDE_BY_SIDE,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'browser',
          include: ['{services,shared,scripts}/**/*.browser.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          maxWorkers: SIDE_BY_SIDE,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
