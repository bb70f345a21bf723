import { keepLoopbackDirect } from '@tally/contracts';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Tests speak to this machine only, whatever proxy it has for the rest.
keepLoopbackDirect(process.env);

/**
 * Files with processes of their own that run at once: they wait for each other's answers more than they compute, so more than the two cores of
 * a small machine are kept busy by them, and each has its own ports and folders.
 */
const SIDE_BY_SIDE = 3;

/** Chaos first: its schedules take longer than any other file, and would run alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isChaos = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith('schedules.chaos.test.ts');
    const sorted = await super.sort(files);
    return [...sorted.filter(isChaos), ...sorted.filter((file) => !isChaos(file))];
  }
}

/**
 * The test projects by what they need: `unit` opens no port, `azurite` speaks the storage protocol for real, `chaos` kills
 * and disturbs a whole system. Their time limits only end tests that hang.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
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
          // They compute and wait for nobody, so every core has one; the default leaves one core idle.
          maxWorkers: '100%',
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
