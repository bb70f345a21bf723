import type { TestSystem } from '@tally/test-system';
import * as z from 'zod';

const startedSchema = z.object({ id: z.string(), statusQueryGetUri: z.url() });
const statusSchema = z.object({
  runtimeStatus: z.string(),
  output: z.unknown(),
  counts: z.object({
    total: z.number(),
    succeeded: z.number(),
    failed: z.number(),
    inFlight: z.number(),
    pending: z.number(),
  }),
});
export type Status = z.infer<typeof statusSchema>;

/**
 * Starts a run by HTTP, as a caller does.
 * @returns the run's id and the address of its status
 */
export async function postRun(
  system: Pick<TestSystem, 'url'>,
  body: unknown,
  id = '',
): Promise<z.infer<typeof startedSchema>> {
  const response = await fetch(`${system.url}/api/runs${id === '' ? '' : `/${id}`}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.status !== 202) throw new Error(`the start answered ${response.status}: ${text}`);
  return startedSchema.parse(JSON.parse(text));
}

export async function readStatus(uri: string): Promise<Status> {
  return statusSchema.parse(await (await fetch(uri)).json());
}

/** The status of the run if it has ended. */
export async function endedStatus(uri: string): Promise<Status | null> {
  const status = await readStatus(uri);
  return ['Completed', 'Failed', 'Terminated'].includes(status.runtimeStatus) ? status : null;
}
