import type { ChainVersion, GraphNode, ListedChain } from '@tally/api';
import { chains, chainsError } from '../../data/chains.ts';
import type { Polled } from '../../data/poll.ts';
import type { SystemLook } from '../../data/system.ts';
import { Failure } from '../../parts/failure.tsx';
import { number } from '../../parts/format.ts';
import { Freshness } from '../../parts/freshness.tsx';
import { edgesOf } from '../../parts/graph/chain-edges.ts';
import { Graph } from '../../parts/graph/graph.tsx';
import type { GraphNodeBox } from '../../parts/graph/types.ts';
import { linkTo } from '../../routing/links.ts';
import { Stages } from './stages.tsx';

/** Every chain as a graph, with what is on its way through it now. */
export function ChainsView({
  name,
  system,
}: {
  readonly name: string | undefined;
  readonly system: Polled<SystemLook>;
}) {
  const { value, error, at, isLive, refresh } = system;
  const shown = chains.value.filter((chain) => name === undefined || chain.name === name);
  return (
    <>
      <div class="title-row">
        <h1>Chains</h1>
        {name !== undefined && <a href={linkTo(['chains'])}>All chains</a>}
        <div class="end">
          <Freshness at={at} isLive={isLive} refresh={refresh} />
        </div>
      </div>
      {error !== undefined && <Failure error={error} retry={refresh} />}
      {chainsError.value !== undefined && <Failure error={chainsError.value} />}
      {value?.activity.isWhole === false && (
        <p class="note wait">
          Runs at work are counted among the {number(value.activity.runs)} newest unfinished ones.
        </p>
      )}
      {shown.map((chain) => (
        <ChainCard key={chain.name} chain={chain} look={value} />
      ))}
      {value !== undefined && <Stages look={value} />}
    </>
  );
}

function ChainCard({ chain, look }: { readonly chain: ListedChain; readonly look: SystemLook | undefined }) {
  const [newest] = chain.versions;
  if (newest === undefined) return null;
  return (
    <section class="card" aria-label={`Chain ${chain.name}`}>
      <header>
        <h2>
          <a href={linkTo(['chains', chain.name])}>{chain.name}</a>
        </h2>
        <span class="muted">
          v{newest.version}
          {chain.isDefault ? ' · default' : ''}
        </span>
        <span class="end">
          <a href={linkTo(['runs'], { chain: chain.name })}>Runs</a>
        </span>
      </header>
      <div class="body">
        <Graph
          label={`The chain ${chain.name}`}
          nodes={boxesOf(chain.name, newest, look)}
          edges={edgesOf(newest.nodes)}
        />
      </div>
    </section>
  );
}

function boxesOf(chain: string, version: ChainVersion, look: SystemLook | undefined): GraphNodeBox[] {
  return version.nodes.map((node) => boxOf(chain, node, look));
}

function boxOf(chain: string, node: GraphNode, look: SystemLook | undefined): GraphNodeBox {
  const { name, kind, does = '', queue, smallQueue, event } = node;
  // A map has a queue of its own for small runs.
  const stages = look?.stages.filter((stage) => stage.queue === queue || stage.queue === smallQueue) ?? [];
  const sumOf = (field: 'depth' | 'poison') => stages.reduce((sum, stage) => sum + stage[field], 0);
  const depth = sumOf('depth');
  const workers = Math.max(0, ...stages.map((stage) => stage.workers));
  const active = look?.activity.nodes.find((one) => one.chain === chain && one.node === name);
  const { atWork = 0, waiting = 0, failed = 0, done = 0 } = active ?? {};
  const letters = look?.letters.filter(({ stage }) => stage === queue || stage === smallQueue) ?? [];
  const poison = sumOf('poison') + letters.length;
  const isBusy = atWork > 0 || depth > 0;
  return {
    id: name,
    title: name,
    kind,
    tone: poison > 0 ? 'bad' : isBusy ? 'busy' : waiting > 0 ? 'wait' : 'idle',
    detail: (
      <>
        {stages.length > 0 && (
          <span title="messages in the queue">
            {number(depth)} <small>queued</small>
          </span>
        )}
        {event !== undefined && (
          <span title="runs that wait for it">
            {number(waiting)} <small>waiting</small>
          </span>
        )}
        {atWork > 0 && (
          <span title="unfinished runs in which it is at work">
            {number(atWork)} <small>at work</small>
          </span>
        )}
        {failed > 0 && (
          <span class="bad toned" title="unfinished runs in which it has failed">
            {number(failed)} <small>failed</small>
          </span>
        )}
        {poison > 0 && (
          <span class="count bad" title="poison messages and dead letters">
            {number(poison)}
          </span>
        )}
      </>
    ),
    hint: [does, `done in ${number(done)} unfinished runs`, stages.length === 0 ? '' : `${number(workers)} workers`]
      .filter((text) => text !== '')
      .join('\n'),
    href: poison > 0 ? linkTo(['trouble'], { stage: letters[0]?.stage ?? queue }) : undefined,
  };
}
