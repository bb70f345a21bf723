import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { machineSchema } from './machine.ts';

/** The figures of one measurement, with the machine and time. Parts may be measured on different days. */
const keptSchema = z.object({
  takenAt: z.string(),
  scale: z.enum(['full', 'small']),
  seconds: z.number(),
  /** Load averages over one minute, just before and just after. */
  load: z.object({ before: z.number(), after: z.number() }),
  machine: machineSchema,
  figures: z.json(),
});
export type KeptPart = z.infer<typeof keptSchema>;

const resultsSchema = z.object({ v: z.literal(1), parts: z.record(z.string(), keptSchema) });
export type Results = z.infer<typeof resultsSchema>;

const FILE = 'results.json';

export function readResults(folder: string): Results {
  const file = path.join(folder, FILE);
  return existsSync(file) ? resultsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : { v: 1, parts: {} };
}

/** Stores a part. It replaces an older part of the same name. */
export function writePart(folder: string, name: string, part: KeptPart): void {
  const { parts } = readResults(folder);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, FILE), `${JSON.stringify({ v: 1, parts: { ...parts, [name]: part } }, null, 2)}\n`);
}
