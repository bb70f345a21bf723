import { deliverTwice } from '@tally/testing';
import { beforeAll, expect, test } from 'vitest';
import type { WorkCall } from '../works/src/protocol.ts';
import { ChaosSystem } from './chaos-system.ts';
import { graphs, REFUSED } from './plans.ts';
import { hasEnded, plannedMedia, plannedOrder, WatchedRun } from './watched-run.fixture.ts';
import type { Behaviour } from './works/recorder.ts';

let system: ChaosSystem;
beforeAll(async () => {
  system = await ChaosSystem.start();
  await system.arrange({ intake: 1, aggregate: 1, orders: 2, media: 2 }, 0);
  return () => system.stop();
}, 180_000);

const DAY_MS = 24 * 3_600_000;

type Chain = 'orders' | 'media';
type Blow = 'kill' | 'freeze';
const blows: readonly Blow[] = ['kill', 'freeze'];

/** The id of a run that is disturbed during one node's work. It names the node and the kind of fault. */
const idOf = (chain: Chain, node: string, blow: Blow): string => `${chain}-${node}-${blow}`;

async function started(chain: Chain, node: string, blow: Blow): Promise<WatchedRun> {
  const id = idOf(chain, node, blow);
  const run = await WatchedRun.startAs(system, chain === 'orders' ? plannedOrder(id) : plannedMedia(id));
  // The answer is there before the question, so the run doesn't wait.
  if (chain === 'orders') await run.act(node === 'decline' ? 'reject' : 'approve');
  return run;
}

/** Runs whose own node was disturbed during its work. */
const met = new Set<string>();

/** The faults happen one after another. */
let last = Promise.resolve();
const strike = async ({ runId, pid }: WorkCall): Promise<void> => {
  met.add(runId);
  const app = runId.startsWith('orders') ? 'orders' : 'media';
  const before = last;
  last = (async () => {
    await before;
    const place = system.placeOf(app, pid);
    if (place < 0) return;
    if (runId.endsWith('kill')) await system.kill(app, place);
    else await system.freeze(app, place);
  })();
  await last;
};

/** Disturbs the first call for a run's own node. A frozen process gets its answer late, when it continues. */
const respond = async (call: WorkCall, tries: number): Promise<Behaviour> => {
  const { runId, node } = call;
  if (node === 'save' && runId.startsWith('orders-alert')) return { fatal: REFUSED };
  if (tries > 0 || !runId.includes(`-${node}-`)) return 'do';
  await strike(call);
  return 'do';
};

test.each<Chain>(['orders', 'media'])(
  'with every message delivered twice, and a worker killed or frozen in any node of %s, each run ends as if undisturbed',
  async (chain) => {
    system.disturb({ storage: deliverTwice(1), face: () => undefined, work: respond });
    const nodes = graphs[chain].filter(({ kind }) => kind !== 'wait').map(({ name }) => name);
    const runs: WatchedRun[] = [];
    for (const node of nodes) for (const blow of blows) runs.push(await started(chain, node, blow));
    for (const run of runs) await run.until(hasEnded, DAY_MS);
    await last;
    expect(await system.quiet()).toBe(true);
    expect(runs.map(({ id }) => id).filter((id) => !met.has(id))).toEqual([]);
    for (const run of runs) {
      const wanted = run.id.startsWith('orders-alert') ? 'Failed' : 'Completed';
      expect({ id: run.id, status: (await run.status()).runtimeStatus }).toEqual({ id: run.id, status: wanted });
      expect(await run.audit()).toEqual([]);
    }
    expect(system.recorder.faults).toEqual([]);
    expect(system.died).toEqual([]);
  },
);
