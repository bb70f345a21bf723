import { isTerminal, RUN_STATUSES } from '@tally/contracts';
import * as z from 'zod';
import { DeployError } from './command.ts';

/** A deployed system. */
export interface RunningSystem {
  /** `https://func-intake-….azurewebsites.net` */
  readonly baseUrl: string;
  /** A function key. It is used in a header only. */
  readonly key: string;
  /** Waits. */
  readonly pause: (ms: number) => Promise<void>;
}

const LIVE: readonly string[] = RUN_STATUSES.filter((status) => !isTerminal(status));
/** Path and query that list the live runs of a system. */
export const LIVE_RUNS = `/api/runs?runtimeStatus=${LIVE.join(',')}`;

/**
 * Loose, because a system of another version may say more. An earlier version says no version of the chain.
 */
const runSchema = z.looseObject({
  name: z.string(),
  instanceId: z.string(),
  runtimeStatus: z.string(),
  chainVersion: z.int().nullish(),
});
export type LiveRun = z.infer<typeof runSchema>;

const TOKEN = 'x-ms-continuation-token';
const PAGE = 1_000;
/** An app that was idle may take some time to start. */
const ANSWER_MS = 100_000;
const TRIES = 3;
const PAUSE_MS = 5_000;

/** All runs that have not ended, page by page. @throws DeployError that says what is wrong with the answer */
export async function* listLiveRuns(system: RunningSystem): AsyncGenerator<LiveRun, void> {
  for (let token: string | null | undefined; token !== null; ) {
    const headers = { 'x-functions-key': system.key, ...(token !== undefined && { [TOKEN]: token }) };
    const answer = await patiently(system, headers);
    const page = z.array(runSchema).safeParse(await answer.json().catch(() => null));
    if (!page.success) throw new DeployError('its answer is not a list of runs');
    // The system ignores a filter that it doesn't know.
    yield* page.data.filter(({ runtimeStatus }) => LIVE.includes(runtimeStatus));
    token = answer.headers.get(TOKEN);
  }
}

/**
 * An answer that holds a page. The call is repeated if its failure may come from a host that is still
 * starting.
 */
async function patiently({ baseUrl, pause }: RunningSystem, headers: Record<string, string>): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    const answer = await ask(`${baseUrl}${LIVE_RUNS}&showInput=false&top=${PAGE}`, headers);
    if (typeof answer !== 'string' && answer.ok) return answer;
    const isPassing = typeof answer === 'string' || answer.status >= 500;
    if (!isPassing || tries === TRIES)
      throw new DeployError(typeof answer === 'string' ? answer : `it answers ${answer.status}`);
    await pause(PAUSE_MS);
  }
}

async function ask(url: string, headers: Record<string, string>): Promise<Response | string> {
  try {
    // A redirect would send the key to wherever it leads.
    return await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) });
  } catch {
    return "it doesn't answer";
  }
}
