import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closingLine, noteUnreported, readReports, type TestReport } from './test-reports.ts';

const report = (counts: Partial<TestReport>): TestReport => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
  ...counts,
});

test('the tests of all reports are counted together', () => {
  const reports = [report({ numPassedTests: 3 }), report({ numPassedTests: 4, numFailedTests: 1 })];
  expect(closingLine(reports)).toBe('7 passed, 1 failed');
});

test('skipped tests are shown if there are any', () => {
  expect(closingLine([report({ numPassedTests: 1, numPendingTests: 1, numTodoTests: 2 })])).toBe(
    '1 passed, 0 failed, 3 skipped',
  );
});

test('a file that could not be loaded is a failure', () => {
  const testResults = [
    { status: 'failed', assertionResults: [] },
    { status: 'failed', assertionResults: [{}] },
  ];
  expect(closingLine([report({ numFailedTests: 1, testResults })])).toBe('0 passed, 2 failed');
});

test('tests that never began are not a success', () => {
  expect(closingLine([])).toBe('0 passed, 1 failed');
});

test('a run without a report is a failure beside the others', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tally-reports-'));
  writeFileSync(join(folder, 'unit.json'), JSON.stringify(report({ numPassedTests: 3 })));
  noteUnreported(join(folder, 'unit.json'));
  noteUnreported(join(folder, 'processes.json'));
  expect(closingLine(readReports(folder))).toBe('3 passed, 1 failed');
  rmSync(folder, { recursive: true });
});
