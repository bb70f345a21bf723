import type { TallyFailure } from '@tally/contracts';
import { type Run, roundKey } from '@tally/run-state';
import * as z from 'zod';
import { changeRun } from '../commit/change-run.ts';
import type { StepContext } from '../context/context.ts';
import { chainOf } from '../context/registry.ts';
import { followUp } from '../ending/follow-up.ts';
import { startRun } from './start-run.ts';

/**
 * R12: starts the run of a child node, where it isn't there. The run is inserted as Pending, then the parent
 * is read fresh. A parent that was stopped meanwhile has terminated no child, since there was none.
 */
export async function startChild(
  context: StepContext,
  parent: Run,
  round: { readonly node: string; readonly since: number },
): Promise<void> {
  const { node, since } = round;
  const whole = await context.store.readWhole(parent.runId);
  const state = whole?.run.nodes[node];
  if (whole === null || whole.run.generation !== parent.generation || state?.state !== 'child' || state.since !== since)
    return;
  const definition = childOf(context, whole.run, node);
  const row = whole.records.tasks.get(roundKey(round));
  if (definition === undefined || row === undefined) return;
  const chain = chainOf(context.registry, { name: definition.chain, chainVersion: definition.version });
  if (chain === undefined)
    throw new Error(`this app does not know chain "${definition.chain}" in version ${definition.version}`);
  const { runId, generation, traceparent } = whole.run;
  const fits = chain.input.safeParse(row.input);
  if (!fits.success) {
    const error: TallyFailure = {
      code: 'InputInvalid',
      message: `the input does not fit chain "${chain.name}": ${z.prettifyError(fits.error)}`,
    };
    const failed = await changeRun(context, runId, generation, {
      type: 'child',
      node,
      since,
      ended: { status: 'failed', error },
    });
    if (failed !== null) await followUp(context, failed);
    return;
  }
  await startRun(context, {
    chain,
    runId: state.runId,
    input: row.input,
    shownInput: row.input,
    options: { tolerance: {} },
    traceparent,
    parent: { runId, generation, node, since },
  });
}

function childOf({ registry }: StepContext, run: Run, node: string) {
  const found = chainOf(registry, run)?.nodes.find(({ name }) => name === node);
  return found?.kind === 'child' ? found : undefined;
}
