import * as z from 'zod';
import type { PlannedRun } from './plans.ts';
import type { Verb } from './schedule.ts';

/**
 * `unknown`: there was no answer, or the answer says that the server doesn't know (5xx). The call may have
 * taken effect.
 */
export type Answer = { readonly status: number; readonly body: unknown } | 'unknown';

/** How long a caller waits for an answer. */
const TIMEOUT_MS = 20_000;

/** What the answers to its calls tell about a run. */
export interface KnownRun {
  readonly plan: PlannedRun;
  /** A start or restart was answered with 202. */
  isAcknowledged: boolean;
  /** A start or restart got no clear answer, so an incomplete run may exist. */
  isStartUnclear: boolean;
  /** The calls that succeeded or got no clear answer. */
  readonly done: Set<Verb>;
}

/** Calls the API as a client does that has the address of any intake, and remembers the answers. */
export class Caller {
  readonly runs: readonly KnownRun[];
  readonly #url: () => string;
  readonly #now: () => number;
  readonly #note: (line: string) => void;

  constructor(
    plans: readonly PlannedRun[],
    { url, now, note }: { url: () => string; now: () => number; note: (line: string) => void },
  ) {
    this.runs = plans.map((plan) => ({ plan, isAcknowledged: false, isStartUnclear: false, done: new Set() }));
    this.#url = url;
    this.#now = now;
    this.#note = note;
  }

  /** Starts a run. Without a clear answer it tries again, because a caller needs to know. */
  async start(run: KnownRun): Promise<void> {
    for (let tries = 0; tries < 4; tries += 1) if ((await this.#start(run)) !== 'unknown') return;
  }

  async #start(run: KnownRun): Promise<Answer> {
    const { path, body } = startOf(run.plan, this.#now());
    const answer = await this.#call('POST', path, body);
    if (answer === 'unknown') run.isStartUnclear = true;
    else if (answer.status === 202) run.isAcknowledged = true;
    return answer;
  }

  async act(run: KnownRun, verb: Verb): Promise<void> {
    if (verb === 'start') {
      await this.#start(run);
      return;
    }
    const answer = await this.#send(run.plan, verb);
    if (answer !== 'unknown' && answer.status >= 300) return;
    run.done.add(verb);
    if (verb !== 'restart') return;
    if (answer === 'unknown') run.isStartUnclear = true;
    else run.isAcknowledged = true;
  }

  /** The run's status, or null if there is no such run. */
  async status(id: string): Promise<unknown> {
    return await this.#read(`/api/runs/${id}`);
  }

  /** The first thousand items of the run, or null if there is no such run. */
  async items(id: string): Promise<unknown> {
    return await this.#read(`/api/runs/${id}/items?top=1000`);
  }

  async #read(path: string): Promise<unknown> {
    const answer = await this.#call('GET', path);
    if (answer === 'unknown') throw new Error(`${path} can't be read, although nothing disturbs the system`);
    return answer.status === 404 ? null : answer.body;
  }

  async purge(id: string): Promise<Answer> {
    return await this.#call('DELETE', `/api/runs/${id}`);
  }

  async resume(id: string): Promise<Answer> {
    return await this.#call('POST', `/api/runs/${id}/resume?reason=chaos`);
  }

  async #send({ id, chain }: PlannedRun, verb: Exclude<Verb, 'start'>): Promise<Answer> {
    // No node of media waits for an event. The event is kept and has no effect.
    const event = chain === 'face-happiness' ? 'Approval' : 'OrderApprovalResult';
    switch (verb) {
      case 'suspend':
      case 'resume':
      case 'terminate':
      case 'rewind':
        return await this.#call('POST', `/api/runs/${id}/${verb}?reason=chaos`);
      case 'restart':
        return await this.#call('POST', `/api/runs/${id}/restart?restartWithNewInstanceId=false`);
      case 'purge':
        return await this.#call('DELETE', `/api/runs/${id}`);
      case 'approve':
        return await this.#call(
          'POST',
          `/api/runs/${id}/raiseEvent/${event}`,
          chain === 'face-happiness' ? true : 'Approved',
        );
      case 'reject':
        return await this.#call(
          'POST',
          `/api/runs/${id}/raiseEvent/${event}`,
          chain === 'face-happiness' ? { approved: false, reason: 'chaos' } : 'Rejected',
        );
      case 'narrow':
        return await this.#call('PATCH', `/api/runs/${id}`, { window: 2 });
    }
  }

  async #call(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.#fetch(method, path, body);
    this.#note(`${method} ${path}: ${answer === 'unknown' ? answer : answer.status}`);
    return answer;
  }

  async #fetch(method: string, path: string, body: unknown): Promise<Answer> {
    try {
      const response = await fetch(`${this.#url()}${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      const told: unknown = text === '' ? null : JSON.parse(text);
      // Durable answers in this way if a verb doesn't fit the status.
      const isRefusal = refusalSchema.safeParse(told).success;
      return response.status >= 500 && !isRefusal ? 'unknown' : { status: response.status, body: told };
    } catch {
      return 'unknown';
    }
  }
}

/** The call that starts a run as planned. */
function startOf(plan: PlannedRun, now: number): { readonly path: string; readonly body: unknown } {
  const { id, chain, deadlineMs } = plan;
  const deadline = deadlineMs === null ? {} : { deadline: new Date(now + deadlineMs).toISOString() };
  if (chain === 'face-happiness') {
    return { path: `/api/runs/${id}`, body: { urls: plan.urls, ...plan.options, ...deadline } };
  }
  const query = new URLSearchParams(deadline).toString();
  const path = `/api/chains/${chain}/runs/${id}${query === '' ? '' : `?${query}`}`;
  return { path, body: chain === 'media' ? { blob: `${id}.mp4` } : orderOf(id, plan.approvalTimeout) };
}

function orderOf(id: string, approvalTimeout: string) {
  return {
    number: id,
    customer: { name: 'Ada Lovelace', email: 'ada@example.org' },
    currency: 'EUR',
    lines: [{ article: 'Poster', quantity: 2, price: 12.5 }],
    approvalTimeout,
  };
}

const refusalSchema = z.object({ code: z.enum(['AlreadySuspended', 'NotSuspended']) });
