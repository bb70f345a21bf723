import { describeChains, type ListedChain } from '@tally/api';
import { registry, shapeOf } from '@tally/chains';
import { Option } from 'commander';
import { findDrift } from '../chain-drift.ts';
import { renderTable } from '../table.ts';
import type { Outcome, Verb } from '../verb.ts';

const columns = [
  { title: 'CHAIN' },
  { title: 'VERSION', align: 'right' },
  { title: 'NODES', align: 'right' },
  { title: 'WHAT HAPPENS' },
] as const;

export const chainsVerb: Verb<{ readonly check?: true }> = {
  usage: 'chains',
  description: 'Lists the chains that can run.',
  options: [new Option('--check', 'compare them with those of this clone; the exit code is 1 if they differ')],
  perform: async ({ options, connect }) => {
    const { client } = await connect();
    const served = await client.chains();
    return options.check === true ? check(served) : { text: renderChains(served), json: served };
  },
};

function check(served: readonly ListedChain[]): Outcome {
  const drift = findDrift(served, describeChains(registry.chains, shapeOf));
  const text =
    drift.length === 0
      ? 'The deployed chains match this clone.'
      : drift.map(({ chain, version, words }) => `${chain}, version ${version}: ${words}`).join('\n');
  return { text, json: drift, exitCode: drift.length === 0 ? 0 : 1 };
}

export function renderChains(chains: readonly ListedChain[]): string {
  const rows = chains.flatMap(({ name, isDefault, versions }) =>
    versions.map(({ version, nodes }, place) => [
      isDefault && place === 0 ? `${name} (default)` : name,
      String(version),
      String(nodes.length),
      nodes.map((node) => node.name).join(', '),
    ]),
  );
  return renderTable(columns, rows);
}
