/** One step of the gate: a command that exits with 0 if all is well. */
export type Step = { name: string; command: readonly [string, ...string[]] };

/**
 * The gate, in order: what `npm run ci` runs, and so what continuous integration runs. Quick checks come first; the tests
 * come last, because bundles and generated files must be right before a test of them means anything.
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
  { name: 'file length', command: ['node', 'scripts/checks/file-length.ts'] },
  { name: 'lock file', command: ['node', 'scripts/checks/lock-file.ts'] },
  { name: 'generated files', command: ['node', 'scripts/generate/main.ts', '--check'] },
  { name: 'infrastructure', command: ['npm', 'run', '--silent', 'infra:check'] },
  { name: 'dead code', command: ['knip'] },
  { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
  { name: 'tests', command: ['npm', 'test'] },
];
