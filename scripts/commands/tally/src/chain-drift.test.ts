import type { ListedChain } from '@tally/api';
import { describeChains } from '@tally/api';
import { registry, shapeOf } from '@tally/chains';
import { expect, test } from 'vitest';
import { findDrift } from './chain-drift.ts';

const here = describeChains(registry.chains, shapeOf);

test('what is deployed as it is declared has no drift', () => {
  expect(findDrift(structuredClone(here), here)).toEqual([]);
});

test('what is missing, left over or changed is told by chain and version', () => {
  const there = structuredClone(here).flatMap((chain): ListedChain[] => {
    const { name, versions } = chain;
    if (name === 'media') return [];
    if (name !== 'orders') return [chain, { ...chain, name: 'gone' }];
    const changed = versions.map((version) => ({
      ...version,
      fingerprint: 'another',
      nodes: version.nodes.filter((node) => node.name !== 'decline'),
    }));
    return [{ ...chain, versions: changed }];
  });
  expect(findDrift(there, here).map(({ chain, version, kind }) => [chain, version, kind])).toEqual([
    ['gone', 1, 'only-there'],
    ['orders', 1, 'differs'],
    ['media', 1, 'only-here'],
  ]);
  expect(findDrift(there, here)[1]?.words).toContain('differ (decline);');
});
