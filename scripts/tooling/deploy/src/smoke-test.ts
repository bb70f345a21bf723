import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { DeployError } from './command.ts';

export interface SmokeTarget {
  /** `https://func-intake-….azurewebsites.net` */
  readonly baseUrl: string;
  /** A function key. Empty if none is required. */
  readonly key: string;
  /** Photos that the Face detector can fetch. */
  readonly photoUrls: readonly string[];
  readonly say: (text: string) => void;
}

/** The first start of an app, with its secrets and roles, may take minutes. So may the first face. */
const PATIENCE_MS = 10 * 60_000;
const POLL_MS = 3_000;

const startedSchema = z.object({ id: z.string(), statusQueryGetUri: z.url() });
const statusSchema = z.object({ runtimeStatus: z.string(), output: z.json().optional() });
const outputSchema = z.object({
  faces: z.number(),
  min_val: z.number(),
  max_val: z.number(),
  images: z.object({ succeeded: z.number() }),
});
const chainSchema = z.object({ stages: z.array(z.object({ name: z.string(), poison: z.number() })) });

/**
 * Checks that the system is up, that a run completes, and that the poison queues are empty.
 * @throws DeployError that says which of the three is not true
 */
export async function smokeTest({ baseUrl, key, photoUrls, say }: SmokeTarget): Promise<void> {
  const headers = { 'x-functions-key': key };
  await patiently('health', async () => (await fetch(`${baseUrl}/api/health`, { headers })).ok || null);
  say('✓ health');

  const body = JSON.stringify(photoUrls);
  const started = await fetch(`${baseUrl}/api/runs`, { method: 'POST', headers, body });
  if (started.status !== 202)
    throw new DeployError(`starting a run answers ${started.status}: ${await started.text()}`);
  const { id, statusQueryGetUri } = startedSchema.parse(await started.json());
  const ended = await patiently(`run ${id}`, async () => {
    const status = statusSchema.parse(await (await fetch(statusQueryGetUri, { headers })).json());
    return ['Completed', 'Failed', 'Terminated'].includes(status.runtimeStatus) ? status : null;
  });
  const output = outputSchema.safeParse(ended.output);
  if (ended.runtimeStatus !== 'Completed' || !output.success || output.data.images.succeeded !== photoUrls.length) {
    throw new DeployError(`run ${id} ended as ${ended.runtimeStatus}: ${JSON.stringify(ended.output)}`);
  }
  const { faces, min_val, max_val } = output.data;
  say(`✓ run ${id}: ${faces} faces, happiness ${min_val} to ${max_val}`);

  const { stages } = chainSchema.parse(await (await fetch(`${baseUrl}/api/chain`, { headers })).json());
  const poisoned = stages.filter(({ poison }) => poison > 0);
  if (poisoned.length > 0) {
    throw new DeployError(
      `poison queues hold messages: ${poisoned.map(({ name, poison }) => `${name} ${poison}`).join(', ')}`,
    );
  }
  say('✓ poison queues are empty');
}

async function patiently<Value>(what: string, look: () => Promise<Value | null>): Promise<Value> {
  const until = Date.now() + PATIENCE_MS;
  let trouble: unknown;
  while (Date.now() < until) {
    try {
      const found = await look();
      if (found !== null) return found;
    } catch (error) {
      trouble = error;
    }
    await sleep(POLL_MS);
  }
  throw new DeployError(`${what}: not healthy after ${PATIENCE_MS / 60_000} minutes`, { cause: trouble });
}
