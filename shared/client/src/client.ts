import {
  type ChainBody,
  checkStatusSchema,
  type DeadLetter,
  type Item,
  type ListedChain,
  type ListedRun,
  listedRunSchema,
  type Operation,
  operations,
  type QueryOf,
  type RunOptionsGiven,
  type RunStatusBody,
  TOKEN_HEADER,
} from '@tally/api';
import * as z from 'zod';
import { callOperation } from './call.ts';
import type { AnswerOf, RequestOf } from './call-types.ts';
import type { Connection } from './connection.ts';
import { RefusedError } from './errors.ts';
import { followUris, type StartedRun } from './started-run.ts';
import { type WaitOptions, waitForRun } from './wait-for-run.ts';

export type RunFilter = Omit<QueryOf<typeof operations.listRuns>, 'strict'>;
export type ItemFilter = Omit<QueryOf<typeof operations.listItems>, 'strict' | 'continuationToken'>;
export type PurgeFilter = Omit<QueryOf<typeof operations.purgeRuns>, 'strict' | 'continuationToken'>;
export type DeadLetterFilter = Omit<QueryOf<typeof operations.listDeadLetters>, 'strict' | 'continuationToken'>;
export type StatusView = Pick<QueryOf<typeof operations.getRun>, 'showInput' | 'showHistory' | 'showHistoryOutput'>;

/** A run to start, with the options that every run has. */
export interface RunStart extends RunOptionsGiven {
  /** Default: the chain that a start without a name runs. */
  readonly chain?: string | undefined;
  /** Default: a new id. */
  readonly id?: string | undefined;
  /** In the chain's form, which `chains()` describes. */
  readonly input: unknown;
  /** `return`: if a run of the id lives, return that one. Default: a RefusedError. */
  readonly onExisting?: 'return' | undefined;
}

const listedRunsSchema = z.array(listedRunSchema);

/**
 * A client of one Tally, wherever that runs. Every method throws RefusedError with the problem document when
 * Tally refuses. It throws UnreachableError when no answer comes, and UnexpectedAnswerError when something
 * other than Tally answers.
 */
export class TallyClient {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Calls any operation of the API as it is declared. */
  async call<Declared extends Operation>(
    operation: Declared,
    request: RequestOf<Declared>,
  ): Promise<AnswerOf<Declared>> {
    return await callOperation(this.#connection, operation, request);
  }

  /** Starts a run of a chain, in the chain's newest version. */
  async startRun({ chain, id, input: body, ...query }: RunStart): Promise<StartedRun> {
    const answer = await this.#start(chain, id, { body, query });
    return followUris(this.#connection, checkStatusSchema.parse(answer.body));
  }

  async #start(
    chain: string | undefined,
    id: string | undefined,
    request: { readonly body: unknown; readonly query: Omit<QueryOf<typeof operations.startRun>, 'strict'> },
  ) {
    if (chain === undefined)
      return id === undefined
        ? await this.call(operations.startRun, request)
        : await this.call(operations.startRunAs, { params: { id }, ...request });
    return id === undefined
      ? await this.call(operations.startChainRun, { params: { chain }, ...request })
      : await this.call(operations.startChainRunAs, { params: { chain, id }, ...request });
  }

  /**
   * Starts a run of the default chain.
   * @param id without it the run gets a new one
   */
  async start(body: unknown, id?: string): Promise<StartedRun> {
    return await this.startRun({ input: body, id });
  }

  /** Starts a run of the same input: under a new id, or in place of the ended run. */
  async restart(id: string, { withNewId }: { readonly withNewId: boolean }): Promise<StartedRun> {
    const query = { restartWithNewInstanceId: withNewId };
    const answer = await this.call(operations.restartRun, { params: { id }, query });
    return followUris(this.#connection, checkStatusSchema.parse(answer.body));
  }

  async status(id: string, view: StatusView = {}): Promise<RunStatusBody> {
    const answer = await this.call(operations.getRun, { params: { id }, query: view });
    if (answer.status !== 304) return answer.body;
    throw new Error('304 is answered only to a request with an ETag');
  }

  /** @param statusUri of a start's answer; for a run of which only the id is known: `statusUri(id)` */
  async waitForRun(statusUri: string, options?: WaitOptions): Promise<RunStatusBody> {
    return await waitForRun(this.#connection, statusUri, options);
  }

  statusUri(id: string): string {
    return `${this.#connection.baseUrl}/api/runs/${encodeURIComponent(id)}`;
  }

  /** Where a person sees the run in a browser. */
  pageUri(id: string): string {
    return `${this.#connection.baseUrl}/api/dashboard#/runs/${encodeURIComponent(id)}`;
  }

  /** All runs that match the filter, newest first; `top` is the size of a page. */
  async *iterateRuns(filter: RunFilter = {}): AsyncGenerator<ListedRun, void> {
    let token: string | null = null;
    do {
      const headers: Record<string, string> = token === null ? {} : { [TOKEN_HEADER]: token };
      const answer: AnswerOf<typeof operations.listRuns> = await this.call(operations.listRuns, {
        query: filter,
        headers,
      });
      yield* listedRunsSchema.parse(answer.body);
      token = answer.headers.get(TOKEN_HEADER);
    } while (token !== null);
  }

  /** A run's items in their order; `top` is the size of a page. */
  async *iterateItems(id: string, filter: ItemFilter = {}): AsyncGenerator<Item, void> {
    for (let token: string | null | undefined; token !== null; ) {
      const query = { ...filter, continuationToken: token };
      const { body }: AnswerOf<typeof operations.listItems> = await this.call(operations.listItems, {
        params: { id },
        query,
      });
      yield* body.items;
      token = body.continuationToken;
    }
  }

  async *iterateDeadLetters(filter: DeadLetterFilter = {}): AsyncGenerator<DeadLetter, void> {
    for (let token: string | null | undefined; token !== null; ) {
      const query = { ...filter, continuationToken: token };
      const { body }: AnswerOf<typeof operations.listDeadLetters> = await this.call(operations.listDeadLetters, {
        query,
      });
      yield* body.deadLetters;
      token = body.continuationToken;
    }
  }

  async terminate(id: string, reason?: string): Promise<void> {
    await this.call(operations.terminateRun, { params: { id }, query: { reason } });
  }

  async suspend(id: string, reason?: string): Promise<void> {
    await this.call(operations.suspendRun, { params: { id }, query: { reason } });
  }

  async resume(id: string, reason?: string): Promise<void> {
    await this.call(operations.resumeRun, { params: { id }, query: { reason } });
  }

  async rewind(id: string, reason?: string): Promise<void> {
    await this.call(operations.rewindRun, { params: { id }, query: { reason } });
  }

  /** @param value any JSON */
  async raiseEvent(id: string, eventName: string, value: unknown): Promise<void> {
    await this.call(operations.raiseEvent, { params: { id, eventName }, body: value });
  }

  /** @param window items that may be in work at once */
  async setWindow(id: string, window: number): Promise<void> {
    await this.call(operations.updateRun, { params: { id }, body: { window } });
  }

  async purge(id: string): Promise<void> {
    await this.call(operations.purgeRun, { params: { id } });
  }

  /**
   * Deletes all ended runs that match the filter, in as many calls as needed.
   * @returns the number of deleted runs
   */
  async purgeAll(filter: PurgeFilter): Promise<number> {
    let deleted = 0;
    for (let continuationToken: string | undefined; ; ) {
      const purged: AnswerOf<typeof operations.purgeRuns>['body'] = await this.#purgeSome({
        ...filter,
        continuationToken,
      });
      deleted += purged.instancesDeleted;
      continuationToken = purged.continuationToken;
      if (continuationToken === undefined) return deleted;
    }
  }

  async #purgeSome(query: QueryOf<typeof operations.purgeRuns>) {
    try {
      return (await this.call(operations.purgeRuns, { query })).body;
    } catch (error) {
      // The contract's answer when there is none to delete.
      if (error instanceof RefusedError && error.problem.status === 404) return { instancesDeleted: 0 };
      throw error;
    }
  }

  async chain(): Promise<ChainBody> {
    return (await this.call(operations.getChain, {})).body;
  }

  /** The chains that can run, each with its versions, the newest first. */
  async chains(): Promise<ListedChain[]> {
    return (await this.call(operations.listChains, {})).body.chains;
  }

  /**
   * @returns `sent`: its message is in its queue again; `rewound`: its run goes through its failed items
   * again
   */
  async redrive(letterId: string): Promise<'sent' | 'rewound'> {
    return (await this.call(operations.redriveDeadLetter, { params: { id: letterId } })).body.outcome;
  }

  async discard(letterId: string): Promise<void> {
    await this.call(operations.discardDeadLetter, { params: { id: letterId } });
  }
}
