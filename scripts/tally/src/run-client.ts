import { RUN_STATUSES } from '@tally/contracts';
import { StartError } from '@tally/start';
import { z } from 'zod';

const startedSchema = z.object({ id: z.string(), statusQueryGetUri: z.url(), terminatePostUri: z.string() });
/** What a start answers: the run's id, and where to look and to act. */
export type StartedRun = z.infer<typeof startedSchema>;

const countsSchema = z.object({ total: z.int(), succeeded: z.int(), failed: z.int(), aborted: z.int() });
const statusSchema = z.object({
  runtimeStatus: z.enum(RUN_STATUSES),
  counts: countsSchema,
  output: z.json(),
});
export type RunStatusBody = z.infer<typeof statusSchema>;

const itemSchema = z.discriminatedUnion('status', [
  z.object({
    index: z.int(),
    status: z.literal('succeeded'),
    result: z.object({ faces: z.array(z.object({ happiness: z.number() })) }),
  }),
  z.object({
    index: z.int(),
    status: z.literal('failed'),
    error: z.object({ code: z.string(), message: z.string() }),
  }),
  /** `null`: no result yet, or never, where the run has ended before. */
  z.object({ index: z.int(), status: z.enum(['aborted']).nullable() }),
]);
/** What became of one image. */
export type RunItem = z.infer<typeof itemSchema>;
const itemsPageSchema = z.object({ items: z.array(itemSchema), continuationToken: z.string().nullable() });

const problemSchema = z.object({ title: z.string(), detail: z.string() });

/** Items a page; a page answers within a moment. */
const pageSize = 100;
/** A call that takes longer has got no answer. */
const callMs = 30_000;

/** The API couldn't be reached, or answered with an error of its own (5xx): trying again may help. */
export class UnreachableError extends Error {
  override name = 'UnreachableError';
}

/**
 * Starts a run over the images.
 * @throws StartError when the API refuses it, UnreachableError
 */
export async function startRun(baseUrl: string, urls: readonly string[]): Promise<StartedRun> {
  const response = await call(`${baseUrl}/api/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(urls),
  });
  return startedSchema.parse(await response.json());
}

/** @throws StartError when there is no such run, UnreachableError */
export async function readStatus(run: StartedRun): Promise<RunStatusBody> {
  return statusSchema.parse(await (await call(run.statusQueryGetUri)).json());
}

/** All items in their order. @throws StartError, UnreachableError */
export async function readItems(baseUrl: string, runId: string): Promise<RunItem[]> {
  const items: RunItem[] = [];
  for (let token: string | null = ''; token !== null; ) {
    const url = new URL(`${baseUrl}/api/runs/${encodeURIComponent(runId)}/items?top=${pageSize}`);
    if (token !== '') url.searchParams.set('continuationToken', token);
    const page = itemsPageSchema.parse(await (await call(url.href)).json());
    items.push(...page.items);
    token = page.continuationToken;
  }
  return items;
}

/** Asks the run to end; it may have ended by itself meanwhile. @throws StartError, UnreachableError */
export async function terminateRun(run: StartedRun, reason: string): Promise<void> {
  await call(run.terminatePostUri.replace('{text}', encodeURIComponent(reason)), { method: 'POST' });
}

async function call(url: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(callMs) });
  } catch (cause) {
    throw new UnreachableError(`${new URL(url).origin} doesn't answer`, { cause });
  }
  if (response.ok) return response;
  const problem = problemSchema.safeParse(parseJson(await response.text()));
  const text = problem.success ? problem.data.detail : 'no reason is given';
  if (response.status >= 500) throw new UnreachableError(`${url} answers ${response.status}: ${text}`);
  throw new StartError(`${url} answers ${response.status}: ${text}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
