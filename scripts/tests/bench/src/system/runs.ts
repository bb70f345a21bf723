import { TableClient } from '@azure/data-tables';
import { waitUntil } from '@tally/testing';
import * as z from 'zod';

/** Addresses that are never fetched: the stubbed Face endpoint reads only the address. */
export function imageUrls(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `https://photos.example/${index}.jpg`);
}

const startedSchema = z.object({ id: z.string() });

/**
 * Starts a run by HTTP.
 * @returns its id
 */
export async function startRun(url: string, route: string, body: unknown): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api${route}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (answer.status !== 202) throw new Error(`the start of a run was answered with ${answer.status}: ${text}`);
  return startedSchema.parse(JSON.parse(text)).id;
}

const rowSchema = z.object({ status: z.string(), endedTime: z.iso.datetime().optional() });

/**
 * Reads the storage directly. So no app has to answer for the measurement, and none of these requests is
 * counted.
 */
export class StorageView {
  readonly #runs: TableClient;
  readonly #index: TableClient;

  constructor(storage: string) {
    const table = (name: string) =>
      TableClient.fromConnectionString(storage, name, {
        allowInsecureConnection: true,
        retryOptions: { maxRetries: 5 },
      });
    this.#runs = table('runs');
    this.#index = table('index');
  }

  /**
   * @returns the time of its end as its row tells it, in milliseconds since 1970. That is more exact than the poll that
   * finds it.
   * @throws Error if the run has ended in another way
   */
  async untilCompleted(runId: string, pollMs: number): Promise<number> {
    let endedAt = Number.NaN;
    const hasCompleted = async () => {
      const queryOptions = { select: ['status', 'endedTime'] };
      const { status, endedTime } = rowSchema.parse(await this.#runs.getEntity(runId, 'run', { queryOptions }));
      if (status === 'Failed' || status === 'Terminated') throw new Error(`the run ${runId} is ${status}`);
      endedAt = Date.parse(endedTime ?? '');
      return status === 'Completed';
    };
    const describe = `the run ${runId} has completed`;
    await waitUntil(hasCompleted, { describe, pollMs, hangGuardMs: HANG_GUARD_MS });
    return endedAt;
  }

  /** Waits until the finalization of all runs is done. */
  async untilTidy(): Promise<void> {
    const isTidy = async () => {
      const lives = this.#index.listEntities({
        queryOptions: { filter: "PartitionKey ge 'live' and PartitionKey lt 'live;'", select: ['rowKey'] },
      });
      return (await lives.next()).done === true;
    };
    await waitUntil(isTidy, { describe: 'all runs are tidied up', pollMs: 200, hangGuardMs: HANG_GUARD_MS });
  }
}

/** Longer than the longest run of a measurement. */
const HANG_GUARD_MS = 1_800_000;
