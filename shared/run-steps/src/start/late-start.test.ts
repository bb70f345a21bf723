import { TABLES } from '@tally/run-store';
import { beforeEach, describe, expect, test } from 'vitest';
import type { StepContext } from '../context/context.ts';
import { controlRun } from '../control/control-run.ts';
import { audit, pass30Seconds, runToEnd } from '../fixtures/audit.fixture.ts';
import { placesOf } from '../fixtures/broken-rows.fixture.ts';
import { MemorySystem, squareShards } from '../fixtures/memory-system.fixture.ts';
import { purgeRun } from '../purge/purge-run.ts';

let system: MemorySystem;
beforeEach(async () => {
  system = new MemorySystem();
  await system.prepare();
});

/** A start that stalls before it writes the rows of its shards, while something happens. */
function stalled(meanwhile: () => Promise<unknown>): StepContext {
  const steps = system.worker();
  const shards = squareShards(steps);
  const insertShard = shards.insertShard.bind(shards);
  let happening: Promise<unknown> | null = null;
  shards.insertShard = async (...rows) => {
    happening ??= meanwhile();
    await happening;
    return await insertShard(...rows);
  };
  return steps;
}

/** The watchdog gives the start up and the run has its finalization. Then no process looks at it any more. */
async function giveUp(): Promise<void> {
  system.clock += 600_000;
  await runToEnd(system);
}

async function terminate(): Promise<void> {
  await controlRun(system.worker(), 'run', { verb: 'terminate', reason: null });
  await runToEnd(system);
}

describe.each([
  ['one shard', 3],
  ['two shards', 14],
])('I5: the rows of a run of %s that ended before they were written', (_, count) => {
  test('are closed if the watchdog has given the run up, and the caller is told', async () => {
    await expect(system.start(count, {}, stalled(giveUp))).rejects.toThrow('start it again');
    const { run, open } = await audit(system);
    expect(run).toMatchObject({ status: 'Failed', error: { code: 'IntakeInterrupted' } });
    expect(open).toBe(count);
    expect(await messages()).toBe(0);
  });

  test('are closed if the caller has terminated the run', async () => {
    expect(await system.start(count, {}, stalled(terminate))).toMatchObject({ run: { status: 'Terminated' } });
    expect(await audit(system)).toMatchObject({ run: { status: 'Terminated' }, open: count });
    expect(await messages()).toBe(0);
  });

  test('are deleted if the run was purged since', async () => {
    let generation = '';
    const purge = async () => {
      generation = (await system.worker().store.readRun('run'))?.value.generation ?? '';
      await giveUp();
      expect(await purgeRun(system.worker(), 'run')).toBe('purged');
    };
    await expect(system.start(count, {}, stalled(purge))).rejects.toThrow('start it again');
    await pass30Seconds(system);
    expect(await placesOf(system, 'run', generation)).toEqual([]);
    expect(await system.tables.get(TABLES.runs, 'run', 'run')).toBeNull();
  });

  test('are deleted if another run has its id', async () => {
    let generation = '';
    const restart = async () => {
      generation = (await system.worker().store.readRun('run'))?.value.generation ?? '';
      await giveUp();
      await system.start(count);
      await runToEnd(system);
    };
    await expect(system.start(count, {}, stalled(restart))).rejects.toThrow('start it again');
    await pass30Seconds(system);
    // The partition of the run id belongs to the other run by now.
    const left = await placesOf(system, 'run', generation);
    expect(left.filter(({ table, rowKey }) => table === TABLES.chunks || rowKey.includes(generation))).toEqual([]);
    expect((await audit(system)).run.status).toBe('Completed');
  });
});

async function messages(): Promise<number> {
  const depths = await Promise.all(['intake', 'square', 'aggregate'].map((queue) => system.queues.depth(queue)));
  return depths.reduce((sum, depth) => sum + depth, 0);
}
