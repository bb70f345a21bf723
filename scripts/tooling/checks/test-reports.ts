import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';

/** The part of vitest's JSON report that is counted. */
const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

export type TestReport = z.infer<typeof reportSchema>;

/**
 * The reports of the last test run, one per file. There are none if the tests never began.
 * @throws if a report is damaged
 */
export function readReports(folder: string): TestReport[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => reportSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))));
}

/**
 * A run that ended without its report, because it hung or was killed, counts as one failure. Writes that
 * failure in place of the report.
 */
export function noteUnreported(file: string): void {
  if (existsSync(file)) return;
  const failed: TestReport = {
    numPassedTests: 0,
    numFailedTests: 1,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(failed));
}

/**
 * The closing line of a test run, e.g. `12 passed, 1 failed, 2 skipped`. A file that fails before its first
 * test counts as one failure. So do tests that never began.
 */
export function closingLine(reports: readonly TestReport[]): string {
  if (reports.length === 0) return '0 passed, 1 failed';
  const sum = (count: (report: TestReport) => number): number => reports.reduce((all, one) => all + count(one), 0);
  const passed = sum((report) => report.numPassedTests);
  const failed = sum((report) => report.numFailedTests + unloadedFiles(report));
  const skipped = sum((report) => report.numPendingTests + report.numTodoTests);
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

function unloadedFiles(report: TestReport): number {
  return report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
}
