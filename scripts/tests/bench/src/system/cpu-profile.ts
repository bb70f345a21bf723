import type { SourceMap } from 'node:module';
import path from 'node:path';
import * as z from 'zod';

/** The file that Node writes with `--cpu-prof`: only the fields that are read. */
export const cpuProfileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({
        functionName: z.string(),
        url: z.string(),
        lineNumber: z.number(),
        columnNumber: z.number(),
      }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});
export type CpuProfile = z.infer<typeof cpuProfileSchema>;
type Frame = CpuProfile['nodes'][number]['callFrame'];

const IDLE = '(idle)';

/**
 * Adds up the samples by the owner of the running code.
 * @param maps the source maps of the app's bundled files, by file name
 */
export function sharesOf({ nodes, samples, timeDeltas }: CpuProfile, maps: ReadonlyMap<string, SourceMap>) {
  const owners = new Map(nodes.map(({ id, callFrame }) => [id, ownerOf(callFrame, maps)]));
  const times = new Map<string, number>();
  for (const [place, sample] of samples.entries()) {
    const owner = owners.get(sample) ?? IDLE;
    if (owner !== IDLE) times.set(owner, (times.get(owner) ?? 0) + (timeDeltas[place] ?? 0));
  }
  const busy = [...times.values()].reduce((sum, time) => sum + time, 0);
  const shares = [...times].map(([of, time]) => ({ of, share: time / busy })).sort((a, b) => b.share - a.share);
  return { busyMs: busy / 1000, shares };
}

function ownerOf(frame: Frame, maps: ReadonlyMap<string, SourceMap>): string {
  const { url, lineNumber, columnNumber, functionName } = frame;
  // Frames without a file belong to the engine: garbage collection, writes to sockets, idle time.
  if (url === '')
    return functionName === IDLE
      ? IDLE
      : functionName === '(garbage collector)'
        ? 'garbage collection'
        : 'engine and kernel';
  if (url.startsWith('node:')) return url.includes('http') ? 'node: http' : `node: ${roomOf(url)}`;
  const entry = maps.get(path.basename(url))?.findEntry(lineNumber, columnNumber);
  return packageOf(entry !== undefined && 'originalSource' in entry ? String(entry.originalSource) : url);
}

/** `node:internal/streams/readable` belongs to `streams`, `node:events` to `events`. */
function roomOf(url: string): string {
  const [first = '', second] = url.slice('node:'.length).split('/');
  return first === 'internal' && second !== undefined ? second : first;
}

/**
 * `…/node_modules/@azure/core-client/src/x.ts` belongs to `@azure/core-client`, `…/shared/run-store/src/x.ts`
 * to `shared/run-store`.
 */
function packageOf(source: string): string {
  const installed = source.split('node_modules/').at(-1);
  if (installed !== undefined && source.includes('node_modules/')) {
    const [first = '', second = ''] = installed.split('/');
    return first.startsWith('@') ? `${first}/${second}` : first;
  }
  return /(?:services|shared|scripts\/[^/]+)\/[^/]+/.exec(source)?.[0] ?? '@azure/functions';
}
