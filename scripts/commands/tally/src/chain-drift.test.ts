import type { ListedChain } from '@tally/api';
import { describeChains } from '@tally/api';
import { registry, shapeOf } from '@tally/chains';
import { expect, test } from 'vitest';
import { findDrift } from './chain-drift.ts';

const here = describeChains(registry.chains, shapeOf);

test('a deployment that matches its declaration has no drift', () => {
  expect(findDrift(structuredClone(here), here)).toEqual([]);
});

test('missing, extra and changed chains are reported by chain and version', () => {
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
