/** One step of the gate: a command that exits with 0 if all is well. */
export type Step = { name: string; command: readonly [string, ...string[]] };

/**
 * The gate in its order. `npm run ci` runs it, and so does continuous integration. Quick checks come first.
 * The tests come last, because a test of bundles and generated files means nothing unless those are right.
 */
export const steps: readonly Step[] = [
  { name: 'format', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'lint', command: ['oxlint', '--deny-warnings', '.'] },
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'types of the page', command: ['tsc', '-p', 'shared/dashboard'] },
  {
    name: 'import rules',
    command: ['depcruise', '--config', '.dependency-cruiser.mjs', 'services', 'shared', 'scripts'],
  },
  { name: 'file length', command: ['node', 'scripts/tooling/checks/file-length.ts'] },
  { name: 'lock file', command: ['node', 'scripts/tooling/checks/lock-file.ts'] },
  { name: 'generated files', command: ['node', 'scripts/tooling/generate/main.ts', '--check'] },
  { name: 'infrastructure', command: ['npm', 'run', '--silent', 'infra:check'] },
  { name: 'dead code', command: ['knip'] },
  { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
  { name: 'tests', command: ['npm', 'test'] },
];
