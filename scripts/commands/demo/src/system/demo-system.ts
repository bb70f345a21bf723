import { type BlobStore, connectBlobs } from '@tally/blobs';
import { TallyClient } from '@tally/client';
import { findRunningSystems, UsageError } from '@tally/start';
import { withOwnSystem } from './own-system.ts';
import { say } from './say.ts';

/** The parts of a system that the demo of a chain needs. */
export interface DemoSystem {
  readonly client: TallyClient;
  /** The blobs of its storage. */
  readonly blobs: BlobStore;
  /** Holds the mails of its apps. Null if it catches no mails. */
  readonly mailFolder: string | null;
}

export interface DemoSystemOptions {
  readonly chain: string;
  /** Selects one of the systems that run here. */
  readonly url?: string | undefined;
  /** Never use a system that already runs. */
  readonly own?: true | undefined;
  /** The demo also shows the mails. */
  readonly needsMails?: true;
  readonly signal: AbortSignal;
}

/**
 * Uses the system that `npm start` runs here, if the chain's app is started there and the demo can see its
 * storage. Otherwise it uses its own system, which is removed completely.
 * @returns the result of `use`: the exit code
 * @throws UsageError when a system was named that the demo can't use
 */
export async function withDemoSystem(
  { chain, url, own, needsMails, signal }: DemoSystemOptions,
  use: (system: DemoSystem) => Promise<number>,
): Promise<number> {
  const running = own === true ? [] : await findRunningSystems();
  for (const { baseUrl, chains, storage, mailFolder } of running) {
    if (url !== undefined && new URL(url).origin !== baseUrl) continue;
    if (!chains.includes(chain) || storage === undefined || (needsMails === true && mailFolder === null)) continue;
    say(`Using the Tally that runs at ${baseUrl}.`);
    return await use(demoSystem(baseUrl, storage, mailFolder));
  }
  if (url !== undefined) {
    throw new UsageError(`At ${url} no npm start of this folder runs the chain ${chain} on a storage of its own.`);
  }
  const parts = `storage, ${needsMails === true ? 'mail catcher, ' : ''}intake, ${chain}, aggregate`;
  return await withOwnSystem({ chains: [chain], parts, signal }, ({ baseUrl, connectionString, mailFolder }) =>
    use(demoSystem(baseUrl, connectionString, mailFolder)),
  );
}

function demoSystem(baseUrl: string, storage: string, mailFolder: string | null): DemoSystem {
  return {
    client: new TallyClient({ baseUrl }),
    blobs: connectBlobs({ kind: 'connectionString', value: storage }),
    mailFolder,
  };
}
