import { type ChainDefinition, InvalidChainError, lanesOf, type QueueListening, workedNodesOf } from '@tally/chain';
import { poisonQueueOf } from '@tally/contracts';

/**
 * The apps that belong to no chain. One starts runs and dispatches shards, the other counts and watches.
 * Their queues have their names.
 */
export const OWN_APPS = ['intake', 'aggregate'] as const;

/** @throws InvalidChainError if two chains, or two versions of one, can't exist side by side */
export function checkRegistry(chains: readonly ChainDefinition[]): void {
  checkVersions(chains);
  checkQueues(chains);
  checkApps(chains);
  checkChildren(chains);
}

function checkVersions(chains: readonly ChainDefinition[]): void {
  const seen = new Set<string>();
  for (const { name, version } of chains) {
    const key = `${name}@${version}`;
    if (seen.has(key)) throw new InvalidChainError(name, null, `version ${version} is in the list twice`);
    seen.add(key);
  }
}

/**
 * Versions of a chain share a node's queue, and the poison queue for its given-up messages. Nothing else
 * shares them.
 */
function checkQueues(chains: readonly ChainDefinition[]): void {
  const owners = new Map<string, Owner>();
  for (const app of OWN_APPS) claimQueue(owners, app, { chain: null, node: app, app, kind: null });
  for (const chain of chains) {
    for (const node of workedNodesOf(chain)) {
      const { name, app, kind } = node;
      for (const queue of lanesOf(node)) claimQueue(owners, queue, { chain: chain.name, node: name, app, kind });
    }
  }
}

interface Owner {
  readonly chain: string | null;
  readonly node: string;
  readonly app: string;
  readonly kind: 'task' | 'map' | null;
}

function claimQueue(owners: Map<string, Owner>, queue: string, owner: Owner): void {
  for (const name of [queue, poisonQueueOf(queue)]) {
    const other = owners.get(name) ?? owner;
    if (other.chain !== owner.chain || other.node !== owner.node) {
      const whose = other.chain === null ? `the app "${other.node}"` : `node "${other.node}" of chain "${other.chain}"`;
      throw new InvalidChainError(owner.chain ?? owner.node, owner.node, `${whose} has the queue "${name}"`);
    }
    if (other.app !== owner.app) {
      const apps = `"${other.app}" and "${owner.app}"`;
      throw new InvalidChainError(owner.chain ?? owner.node, owner.node, `two apps would listen to its queue: ${apps}`);
    }
    if (other.kind !== owner.kind) {
      const kinds = `"${other.kind}" and "${owner.kind}"`;
      const problem = `versions of it can't share its queue, since each kind has its own messages: ${kinds}`;
      throw new InvalidChainError(owner.chain ?? owner.node, owner.node, problem);
    }
    owners.set(name, owner);
  }
}

/** An app's settings are one file, so all chains that it hosts must say the same. */
function checkApps(chains: readonly ChainDefinition[]): void {
  const said = new Map<string, { chain: string; listening: QueueListening }>();
  for (const chain of chains) {
    for (const [app, listening] of Object.entries(chain.apps)) {
      if (OWN_APPS.some((own) => own === app)) {
        throw new InvalidChainError(chain.name, null, `the app "${app}" hosts no nodes: it serves all chains`);
      }
      const other = said.get(app);
      if (other !== undefined && !isSame(other.listening, listening)) {
        const whose = other.chain === chain.name ? 'another version of it' : `chain "${other.chain}"`;
        throw new InvalidChainError(chain.name, null, `the app "${app}" has other listening options in ${whose}`);
      }
      said.set(app, { chain: chain.name, listening });
    }
  }
}

function isSame(left: QueueListening, right: QueueListening): boolean {
  return (
    left.batchSize === right.batchSize &&
    left.newBatchThreshold === right.newBatchThreshold &&
    left.maxPollingIntervalMs === right.maxPollingIntervalMs &&
    left.retryDelaySeconds === right.retryDelaySeconds &&
    left.maxDequeueCount === right.maxDequeueCount
  );
}

function checkChildren(chains: readonly ChainDefinition[]): void {
  for (const chain of chains) {
    for (const node of chain.nodes) {
      if (node.kind !== 'child') continue;
      const isThere = chains.some(({ name, version }) => name === node.chain && version === node.version);
      if (isThere) continue;
      const problem = `the list holds no chain "${node.chain}" of version ${node.version}, which it starts`;
      throw new InvalidChainError(chain.name, node.name, problem);
    }
  }
}
