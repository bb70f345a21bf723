import type { ListedChain } from '@tally/api';
import { chains, chainsError } from '../../data/chains.ts';
import type { Polled } from '../../data/poll.ts';
import type { SystemLook } from '../../data/system.ts';
import { Failure } from '../../parts/failure.tsx';
import { number } from '../../parts/format.ts';
import { Freshness } from '../../parts/freshness.tsx';
import { Graph } from '../../parts/graph/graph.tsx';
import { linkTo } from '../../routing/links.ts';
import { hopsOf } from './live-hops.tsx';
import { boxOf, sizesOf } from './live-node.tsx';
import { Stages } from './stages.tsx';

/** Every chain as a graph, with its current work. */
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
          There are too many unfinished runs to read at once: nodes are counted in {number(value.activity.runs)}{' '}
          unfinished runs.
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
          nodes={newest.nodes.map((node) => boxOf(chain.name, node, look?.activity))}
          edges={hopsOf(chain.name, newest.nodes, look?.activity)}
          sizes={sizesOf(newest.nodes)}
        />
      </div>
    </section>
  );
}
