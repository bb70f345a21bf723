/**
 * `npm test`: builds the apps, then runs every test once. The tests that open no port come first, with the
 * coverage of the pure core. Then come those that run real storage and real processes. Ends with `N passed, N
 * failed`.
 *
 * `npm test -- <vitest arguments>` runs a selection, without coverage. `--coverage` alone runs the first part
 * only.
 */
import { rmSync } from 'node:fs';
import { runCommand } from './run-command.ts';
import { closingLine, noteUnreported, readReports } from './test-reports.ts';

const reports = 'reports';

/** Each run writes its own report. The closing line counts all of them. */
const runs: Record<string, string[]> = {
  unit: ['--project', 'unit', '--coverage'],
  processes: ['--project', 'azurite', '--project', 'chaos', '--project', 'browser'],
};

const args = process.argv.slice(2);
const chosen =
  args.length === 0 ? runs : args.join() === '--coverage' ? { unit: runs['unit'] ?? [] } : { chosen: args };

rmSync(reports, { recursive: true, force: true });
process.exitCode = await runCommand(['npm', 'run', '--silent', 'build']);
if (process.exitCode === 0) {
  for (const [name, selection] of Object.entries(chosen)) {
    const file = `${reports}/${name}.json`;
    const report = ['--reporter=default', '--reporter=./scripts/tooling/checks/hung-tests.ts', '--reporter=json'];
    const code = await runCommand(['vitest', 'run', ...report, `--outputFile.json=${file}`, ...selection]);
    if (code !== 0) process.exitCode = code;
    noteUnreported(file);
  }
}
console.log(closingLine(readReports(reports)));
