import type { ChainDefinition } from '@tally/chain';
import { anyJson, isTerminal, type Json } from '@tally/contracts';
import { isSigned } from '@tally/functions-kit';
import type { Run } from '@tally/run-state';
import { chainOf, raiseEvent, type StepContext } from '@tally/run-steps';
import * as z from 'zod';
import type { ApiRequest, ApiResponse } from '../exchange.ts';
import { type LinkPage, linkPage } from './link-page.ts';

const paramsSchema = z.object({ id: z.string(), event: z.string().min(1).max(100) });
const querySchema = z.object({
  gen: z.string(),
  node: z.string(),
  since: z.string(),
  payload: z.string().max(4_096),
  sig: z.string().max(128),
});

/**
 * `GET` and `POST /api/answers/{id}/{event}`: a signed link with which a person answers what a run waits for.
 *
 * The GET only asks, because mail programs and scanners open links too. The button of its page POSTs.
 * Everyone who has the link may do this and nothing else.
 * @param key the key that signs links; absent: no link is valid
 */
export async function answerLink(
  steps: StepContext,
  request: Pick<ApiRequest, 'params' | 'query'>,
  method: 'GET' | 'POST',
  key: string | undefined,
): Promise<ApiResponse> {
  const params = paramsSchema.safeParse(request.params);
  const query = querySchema.safeParse(Object.fromEntries(request.query));
  if (!params.success || !query.success || key === undefined) return page(404, { kind: 'unknown' });
  const { id: runId, event } = params.data;
  const { gen: generation, node, since, payload, sig } = query.data;
  if (!isSigned({ runId, generation, node, since, event, payload }, sig, key)) return page(404, { kind: 'unknown' });
  const about = { runId, event, payload: anyJson.parse(JSON.parse(payload)) };
  const found = await look(steps, { generation, node, since }, about);
  if (method === 'GET' || found.kind !== 'ask') return page(STATUS[found.kind], found);
  await raiseEvent(steps, runId, event, about.payload, { generation });
  // The result: another answer may have been first, or the time may have been over.
  const left = await look(steps, { generation, node, since }, about);
  return left.kind === 'ask' ? page(STATUS.ended, { ...left, kind: 'ended' }) : page(STATUS[left.kind], left);
}

const STATUS = { ask: 200, answered: 200, ended: 409, gone: 410 } as const;

/** The current state for the person who has the link. */
async function look(
  { store, registry }: StepContext,
  asked: { readonly generation: string; readonly node: string; readonly since: string },
  link: { readonly runId: string; readonly event: string; readonly payload: Json },
): Promise<LinkPage & { readonly kind: keyof typeof STATUS }> {
  const whole = await store.readWhole(link.runId);
  // A rewind may have asked again since, with other links.
  const isAsked =
    whole?.run.generation === asked.generation && `${whole.run.nodes[asked.node]?.since ?? ''}` === asked.since;
  if (whole === null || !isAsked) return { kind: 'gone' };
  const { run, records } = whole;
  const about = { ...link, chain: run.name };
  const chain = chainOf(registry, run);
  if (chain === undefined || isPassedBy(chain, run, link.event)) return { kind: 'ended', ...about };
  const standing = records.events.get(link.event);
  if (standing !== undefined) return { kind: 'answered', ...about, payload: standing.payload };
  return { kind: isTerminal(run.status) ? 'ended' : 'ask', ...about };
}

/** Tells whether the run went on without the answer. A later event is kept, but decides nothing. */
function isPassedBy({ nodes }: ChainDefinition, run: Run, event: string): boolean {
  const wait = nodes.find((node) => node.kind === 'wait' && node.until.type === 'event' && node.until.event === event);
  const state = wait === undefined ? undefined : run.nodes[wait.name];
  return state?.state === 'stopped' || (state?.state === 'ended' && state.outcome !== 'succeeded');
}

/**
 * No script, nothing from elsewhere, no frame, no caching. The address is a secret, so it is sent to no other
 * site.
 */
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
