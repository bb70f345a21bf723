import { isTerminal, type Json } from '@tally/contracts';
import { isSigned } from '@tally/functions-kit';
import { chainOf, raiseEvent } from '@tally/run-steps';
import { z } from 'zod';
import type { ApiRequest, ApiResponse, Steps } from './context.ts';
import { type LinkPage, linkPage } from './link-page.ts';

const paramsSchema = z.object({ id: z.string(), event: z.string().min(1).max(100) });
const querySchema = z.object({ gen: z.string(), payload: z.string().max(4_096), sig: z.string().max(128) });

/**
 * `GET` and `POST /api/answers/{id}/{event}`: a signed link, by which a person answers what a run waits for. The GET only asks, for mail programs and scanners
 * open links too; the button of its page POSTs. Whoever has the link may do this and nothing else.
 * @param key with which links are signed; absent: none are
 */
export async function answerLink(
  steps: Steps,
  request: Pick<ApiRequest, 'params' | 'query'>,
  method: 'GET' | 'POST',
  key: string | undefined,
): Promise<ApiResponse> {
  const params = paramsSchema.safeParse(request.params);
  const query = querySchema.safeParse(Object.fromEntries(request.query));
  if (!params.success || !query.success || key === undefined) return page(404, { kind: 'unknown' });
  const { id: runId, event } = params.data;
  const { gen, payload, sig } = query.data;
  if (!isSigned({ runId, gen, event, payload }, sig, key)) return page(404, { kind: 'unknown' });
  const run = (await steps.store.readWhole(runId)) ?? null;
  if (run === null || run.run.gen !== gen) return page(410, { kind: 'gone' });
  const about = { runId, chain: run.run.name, event, payload: z.json().parse(JSON.parse(payload)) };
  const standing = run.records.events.get(event);
  if (standing !== undefined) return page(200, { kind: 'answered', ...about, payload: standing.payload });
  if (isTerminal(run.run.status)) return page(409, { kind: 'ended', ...about });
  if (chainOf(steps.registry, run.run) === undefined) return page(409, { kind: 'ended', ...about });
  return method === 'GET' ? page(200, { kind: 'ask', ...about }) : await raise(steps, about);
}

async function raise(
  steps: Steps,
  about: { readonly runId: string; readonly chain: string; readonly event: string; readonly payload: Json },
): Promise<ApiResponse> {
  const raised = await raiseEvent(steps, about.runId, about.event, about.payload);
  if (raised === 'accepted') return page(200, { kind: 'answered', ...about });
  return page(raised === 'not-found' ? 410 : 409, { kind: raised === 'not-found' ? 'gone' : 'ended', ...about });
}

/** No script, nothing from elsewhere, no frame around it, not kept, and its address, which is a secret, is told to nobody. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
};

function page(status: number, shown: LinkPage): ApiResponse {
  return { status, headers: HEADERS, body: linkPage(shown) };
}
