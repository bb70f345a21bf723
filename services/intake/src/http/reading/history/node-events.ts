import { type AnyNode, allNodesOf, type ChainDefinition } from '@tally/chain';
import type { Json } from '@tally/contracts';
import { outputOf, planOf, type ReadEntry, type Run, roundKey } from '@tally/run-state';
import { movedDetail, type NodeEnded, type NodesMoved, type ShardCounted, shardDetail } from './history-details.ts';
import type { HistoryView } from './history-view.ts';

/** An event without its time. */
export type Fields = { readonly EventType: string } & Readonly<Record<string, Json>>;

/** The timeline of a run's nodes, in Durable's terms: tasks, timers and sub-orchestrations. */
export class NodeEvents {
  readonly #run: Run;
  readonly #entries: readonly ReadEntry[];
  readonly #view: HistoryView;
  readonly #nodes: ReadonlyMap<string, AnyNode>;
  /** By node: the places at which it was opened, or went on. */
  readonly #scheduled = new Map<string, number[]>();
  /** By node: the last place at which it ended, and how. */
  readonly #ended = new Map<string, { readonly place: number; readonly outcome: NodeEnded['outcome'] }>();

  constructor(run: Run, entries: readonly ReadEntry[], view: HistoryView) {
    this.#run = run;
    this.#entries = entries;
    this.#view = view;
    this.#nodes = nodesOf(view.chain);
    for (const [place, entry] of entries.entries()) this.#note(place, entry);
  }

  #note(place: number, { type, detail }: ReadEntry): void {
    if (type === 'Started') this.#schedule(this.#rootMap(), place);
    // No line records which nodes go on in their round. It shows later: the node ends after the rewind, or is
    // still out.
    if (type === 'Rewound')
      for (const node of this.#scheduled.keys()) if (this.#goesOn(node)) this.#schedule(node, place);
    if (type !== 'NodesMoved') return;
    const { opened, ended } = movedDetail.safeParse(detail).data ?? { opened: [], ended: [] };
    for (const node of opened) this.#schedule(node, place);
    for (const { node, outcome } of ended) this.#ended.set(node, { place, outcome });
  }

  /**
   * Tells whether a rewind may go on with a node. A node that has succeeded doesn't go on, except a map,
   * which may have failed items.
   */
  #goesOn(node: string): boolean {
    const outcome = this.#ended.get(node)?.outcome;
    return outcome !== 'succeeded' || planOf(this.#run.nodes[node]) !== undefined;
  }

  #schedule(node: string | undefined, place: number): void {
    if (node !== undefined) this.#scheduled.set(node, [...(this.#scheduled.get(node) ?? []), place]);
  }

  #rootMap(): string | undefined {
    return this.#view.chain?.rootItems ?? Object.keys(this.#run.nodes).find((name) => planOf(this.#run.nodes[name]));
  }

  /** The events for the nodes that a line says have ended. */
  moved(place: number, { ended }: NodesMoved): Fields[] {
    return ended.flatMap((end) => this.#end(place, end));
  }

  #end(place: number, { node, outcome, error }: NodeEnded): Fields[] {
    if (outcome === 'skipped') return [];
    const scheduled = { ScheduledTime: this.#timeBefore(node, place) };
    const { code = 'NodeTimedOut', message = `node "${node}" did not end in time` } = error ?? {};
    const failure = { Reason: message, FailureDetails: { ErrorType: code, ErrorMessage: message } };
    const known = this.#nodes.get(node);
    switch (known?.kind) {
      case 'wait':
        if (outcome === 'failed') return [{ EventType: 'NodeFailed', Name: node, ...failure }];
        // A wait that has its event is covered by that event.
        return outcome === 'succeeded' && known.until.type === 'event' ? [] : [{ EventType: 'TimerFired', Name: node }];
      case 'map':
        // Its shards have their own events.
        return outcome === 'succeeded' ? [] : [{ EventType: 'NodeFailed', Name: node, ...failure }];
      case 'child': {
        const told = { FunctionName: known.chain, ...this.#input(node, place) };
        return outcome === 'succeeded'
          ? [{ EventType: 'SubOrchestrationInstanceCompleted', ...told, ...this.#result(node, place), ...scheduled }]
          : [{ EventType: 'SubOrchestrationInstanceFailed', ...told, ...failure, ...scheduled }];
      }
      default: {
        const told = { FunctionName: node, ...this.#input(node, place) };
        return outcome === 'succeeded'
          ? [{ EventType: 'TaskCompleted', ...told, ...this.#result(node, place), ...scheduled }]
          : [{ EventType: 'TaskFailed', ...told, ...failure, ...scheduled }];
      }
    }
  }

  counted(place: number, { node: named, shard, succeeded, failed }: ShardCounted): Fields {
    const node = named ?? this.#rootMap() ?? '';
    const input = this.#view.showInput ? { Input: { shard } } : {};
    const result = this.#view.showHistoryOutput ? { Result: { succeeded, failed } } : {};
    const scheduled = { ScheduledTime: this.#timeBefore(node, place) };
    return { EventType: 'TaskCompleted', FunctionName: node, ...input, ...result, ...scheduled };
  }

  /** The events for nodes whose last scheduling was at this place and that have not ended. */
  scheduledAt(place: number): Fields[] {
    return [...this.#scheduled].flatMap(([node, places]) =>
      places.at(-1) === place ? this.#unfinished(node, place) : [],
    );
  }

  #unfinished(node: string, place: number): Fields[] {
    const state = this.#run.nodes[node];
    const known = this.#nodes.get(node);
    if (state === undefined || state.state === 'ended') return [];
    const plan = planOf(state);
    if (plan !== undefined) return this.#unfinishedShards(node, plan.shards, place);
    if (known?.kind === 'wait') {
      const until = state.state === 'waiting' ? state.until : null;
      return until === null ? [] : [{ EventType: 'TimerCreated', Name: node, FireAt: timestamp(until) }];
    }
    const input = this.#input(node, place);
    if (known?.kind !== 'child') return [{ EventType: 'TaskScheduled', Name: node, ...input }];
    const instance = 'runId' in state && state.runId !== undefined ? { InstanceId: state.runId } : {};
    return [{ EventType: 'SubOrchestrationInstanceCreated', Name: known.chain, ...instance, ...input }];
  }

  #unfinishedShards(node: string, shards: number, place: number): Fields[] {
    const counted = new Set(
      this.#entries.slice(place).flatMap(({ type, detail }) => {
        const about = type === 'ShardCounted' ? shardDetail.safeParse(detail).data : undefined;
        return about === undefined || (about.node ?? this.#rootMap()) !== node ? [] : [about.shard];
      }),
    );
    const unfinished = Array.from({ length: shards }, (_, shard) => shard).filter((shard) => !counted.has(shard));
    const input = (shard: number) => (this.#view.showInput ? { Input: { shard } } : {});
    return unfinished.map((shard) => ({ EventType: 'TaskScheduled', Name: node, ...input(shard) }));
  }

  /** The time at which a node that ends at a place was scheduled. */
  #timeBefore(node: string, place: number): string {
    const before = this.#scheduled.get(node)?.findLast((scheduled) => scheduled <= place);
    return timestamp(before === undefined ? this.#run.createdAt : (this.#entries[before]?.at ?? this.#run.createdAt));
  }

  /** Rows only describe the current round of a node. */
  #isPresent(node: string, place: number): boolean {
    return (this.#ended.get(node)?.place ?? place) <= place && (this.#scheduled.get(node)?.at(-1) ?? place) <= place;
  }

  #input(node: string, place: number): { readonly Input?: Json } {
    const state = this.#run.nodes[node];
    if (!this.#view.showInput || state === undefined || !this.#isPresent(node, place)) return {};
    const row = this.#view.records?.tasks.get(roundKey({ node, since: state.since }));
    return row === undefined ? {} : { Input: row.input };
  }

  #result(node: string, place: number): { readonly Result?: Json } {
    const { records, showHistoryOutput } = this.#view;
    const state = this.#run.nodes[node];
    if (!showHistoryOutput || state === undefined || records === undefined || !this.#isPresent(node, place)) return {};
    const output = outputOf(records, node, state);
    return output === undefined ? {} : { Result: output };
  }
}

function nodesOf(chain: ChainDefinition | undefined): ReadonlyMap<string, AnyNode> {
  const all = chain === undefined ? [] : allNodesOf(chain);
  return new Map(all.map((node) => [node.name, node]));
}

/** Seven digits after the second, as .NET writes times. */
export function timestamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, -1)}0000Z`;
}
