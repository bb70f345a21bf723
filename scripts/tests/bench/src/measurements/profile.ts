import { readdirSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import path from 'node:path';
import { ensureBuilt } from '@tally/start';
import { temporaryFolder } from '@tally/testing';
import * as z from 'zod';
import { type Bench, byScale } from '../measurement.ts';
import { startBenchSystem } from '../system/bench-system.ts';
import { type CpuProfile, cpuProfileSchema, sharesOf } from '../system/cpu-profile.ts';
import { timeRun } from './throughput.ts';

export const profileSchema = z.object({
  items: z.number(),
  /** Milliseconds in which the process was not idle. */
  busyMs: z.number(),
  /** The share of each owner of code in that time: from 0 to 1, the largest first. */
  shares: z.array(z.object({ of: z.string(), share: z.number() })),
});
export type Profile = z.infer<typeof profileSchema>;

/** The source map of a bundled file, as the build writes it. */
const mapSchema = z.object({
  file: z.string().default(''),
  version: z.number(),
  sources: z.array(z.string()),
  sourcesContent: z.array(z.string()).default([]),
  names: z.array(z.string()),
  mappings: z.string(),
  sourceRoot: z.string().default(''),
});

/** Measures where detect spends its time during a run of images. */
export async function measureProfile(bench: Bench): Promise<Profile> {
  const items = byScale(bench, { full: 30_000, small: 2_000 });
  await using folder = await temporaryFolder();
  let pid = 0;
  {
    await using bed = await startBenchSystem({
      work: 'images',
      env: { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder.path}` },
    });
    [pid = 0] = bed.pids.worker;
    await timeRun(bed, items);
    // The profile is written when the process ends.
  }
  const file = readdirSync(folder.path).find((name) => name.split('.')[3] === String(pid));
  if (file === undefined) throw new Error('detect has written no profile');
  const profile: CpuProfile = cpuProfileSchema.parse(JSON.parse(readFileSync(path.join(folder.path, file), 'utf8')));
  const built = await ensureBuilt(['detect'], { onNotice: bench.say, signal: new AbortController().signal });
  return { items, ...sharesOf(profile, readMaps(path.join(built.get('detect') ?? '', 'dist'))) };
}

function readMaps(folder: string): Map<string, SourceMap> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.js.map'));
  return new Map(
    names.map((name) => {
      const map = mapSchema.parse(JSON.parse(readFileSync(path.join(folder, name), 'utf8')));
      return [name.slice(0, -'.map'.length), new SourceMap(map)];
    }),
  );
}
