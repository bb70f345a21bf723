import * as z from 'zod';
import type { PlannedWork } from '../plans.ts';
import type { RecordedRun } from './account.ts';

/**
 * The output of a completed run of orders or media, computed from its tasks' results without Tally's code. It
 * equals the output of an undisturbed run, except for files that could not be made and the approver's answer.
 */
export function expectedWorkOutput(plan: PlannedWork, { run, tasks, events }: RecordedRun): unknown {
  const resultOf = (name: string): unknown => {
    const state = run.nodes[name];
    return state?.outcome === 'succeeded' ? tasks.get(`${name}.${state.since}`)?.result : null;
  };
  if (plan.chain === 'media') {
    const scanned = z.object({ type: z.string(), by: z.string() }).parse(resultOf('scan'));
    return {
      library: resultOf('copy'),
      type: scanned.type,
      scannedBy: scanned.by,
      metadata: resultOf('metadata'),
      web: resultOf('transcode'),
      thumbnail: resultOf('thumbnail'),
      loudness: resultOf('loudness'),
    };
  }
  const files = ['pdf', 'video'];
  return {
    order: plan.id,
    saved: resultOf('save'),
    decision: run.nodes['approval']?.outcome === 'succeeded' ? events.get('OrderApprovalResult') : 'TimedOut',
    files: Object.fromEntries(files.map((file) => [file, resultOf(file)])),
    missing: files.flatMap((file) => {
      const error = run.nodes[file]?.error;
      return error === undefined ? [] : [{ file, ...error }];
    }),
  };
}
