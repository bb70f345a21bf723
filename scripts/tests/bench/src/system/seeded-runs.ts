import { registry } from '@tally/chains';
import { aggregateMessageSchema, dispatchMessageSchema, workMessageSchema } from '@tally/contracts';
import {
  aggregateRun,
  aggregateStage,
  dispatchRun,
  intakeStage,
  type StepContext,
  stagesOfNode,
  startRun,
  type TryItems,
  workChunk,
} from '@tally/run-steps';

const chain = registry.chains.find(({ name }) => name === 'face-happiness');
const NODE = 'detect';
const AT_ONCE = 24;
const WEEK_MS = 7 * 86_400_000;

/** Runs images through the real steps, with made-up faces. The rows are those that the product writes. */
export async function runImages(steps: StepContext, runId: string, urls: readonly string[]): Promise<void> {
  if (chain === undefined) throw new Error('there is no chain of images');
  const request = { chain, runId, options: { tolerance: {} }, input: { urls: [...urls] }, shownInput: null };
  const { kind } = await startRun(steps, request);
  if (kind !== 'started') throw new Error(`there is a run ${runId}`);
  const stages = stagesOfNode(chain, NODE);
  for (let isMoved = true; isMoved; ) {
    isMoved = false;
    for (const stage of [intakeStage, ...stages, aggregateStage]) {
      const taken = await steps.queues.takeDelivered(stage.name, 0);
      if (taken.length > 0) isMoved = true;
      await Promise.all(
        taken.map(async (message) => {
          const json: unknown = JSON.parse(message.text);
          if (stage === intakeStage) await dispatchRun(steps, dispatchMessageSchema.parse(json));
          else if (stage === aggregateStage) await aggregateRun(steps, aggregateMessageSchema.parse(json));
          else await workChunk(steps, stage, workMessageSchema.parse(json), seeFaces);
          await steps.queues.deleteTaken(stage.name, message);
        }),
      );
    }
  }
}

const seeFaces: TryItems = async (items) =>
  new Map(
    items.map(({ index }) => {
      const rectangle = { top: 10 + (index % 40), left: 20, width: 30, height: 40 };
      const faces = [{ rectangle, happiness: (index % 101) / 100 }];
      return [index, { kind: 'succeeded', result: { faces }, durationMs: 1 }];
    }),
  );

/**
 * Writes `count` copies of a run, spread over the last week. Each copy gets its run row and its line in the
 * listing, through the store.
 */
export async function copyRuns(
  { store, now }: StepContext,
  runId: string,
  count: number,
  say: (done: number) => void,
): Promise<void> {
  const whole = await store.readWhole(runId);
  if (whole === null) throw new Error(`there is no run ${runId}`);
  const { run, records } = whole;
  const end = now();
  let next = 0;
  const write = async () => {
    for (let place = next++; place < count; place = next++) {
      const createdAt = end - Math.round((place / count) * WEEK_MS);
      const copy = { ...run, runId: `${runId}-${place}`, createdAt, updatedAt: createdAt + 1_000 };
      await store.writeRun(null, { run: copy, input: records.input, history: [] });
      await store.indexByDay(copy);
      if ((place + 1) % 5_000 === 0) say(place + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, write));
}
