import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { Outcome } from './run-schedule.ts';
import { scheduleOf } from './schedule.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const keptFile = path.join(root, 'scripts/tests/chaos/kept-seeds.json');

/** The command that repeats a schedule. */
export function replayCommand(seed: number): string {
  return `npm run chaos -- --seed ${seed}`;
}

/** Seeds that once found a violation. They always run first. */
export function readKeptSeeds(): readonly number[] {
  return z.array(z.int()).parse(JSON.parse(readFileSync(keptFile, 'utf8')));
}

/**
 * Keeps what a schedule found: its seed among those that always run, and all details in a separate file.
 * @returns the path of the file
 */
export function keepEvidence({ seed, violations, timeline, log }: Outcome): string {
  const seeds = new Set([...readKeptSeeds(), seed]);
  writeFileSync(keptFile, `${JSON.stringify([...seeds].toSorted((a, b) => a - b))}\n`);
  const { runs, ...rest } = scheduleOf(seed);
  const plans = runs.map((plan) => ('urls' in plan ? { ...plan, urls: plan.urls.length } : plan));
  const schedule = JSON.stringify({ ...rest, runs: plans }, null, 2);
  const folder = path.join(root, 'reports', 'chaos');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `seed-${seed}.txt`);
  const parts = [violations.join('\n'), replayCommand(seed), timeline.join('\n'), log, schedule];
  writeFileSync(file, parts.join('\n\n'));
  return file;
}
