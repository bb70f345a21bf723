import { defineChain } from '@tally/chain';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { chainsSchema } from './chain-bodies.ts';
import { describeChains } from './describe-chain.ts';

const photos = defineChain({ name: 'photos', version: 4, app: 'eyes', input: z.object({ urls: z.array(z.string()) }) })
  .rootMap('look', { itemsOf: 'urls', item: z.string(), result: z.null() })
  .output(() => null);
const orderOf = (version: number) =>
  defineChain({ name: 'orders', version, app: 'shop', input: z.strictObject({ n: z.number() }) })
    .task('save', { result: z.null(), does: 'writes it down', timeout: '2m' })
    .wait('approval', { after: ['save'], event: 'Approved', payload: z.enum(['Yes', 'No']), timeout: '30m' })
    .sleep('pause', { after: ['approval'], for: '5s', onFailure: 'continue' })
    .child('photos', { after: ['pause'], when: () => true, chain: photos, input: () => ({ urls: [] }) })
    .whenFailed('alert', { result: z.null(), app: 'mails' })
    .output(() => null);
const chains = [photos, orderOf(1), orderOf(2)].map(({ definition }) => definition);

test('chains are described with their versions, newest first, and each with its graph', () => {
  const told = describeChains(chains, ({ version }) => version);
  expect(chainsSchema.parse({ chains: told })).toEqual({ chains: told });
  expect(
    told.map(({ name, isDefault, versions }) => [name, isDefault, versions.map(({ version }) => version)]),
  ).toEqual([
    ['photos', true, [4]],
    ['orders', false, [2, 1]],
  ]);
  const newest = told[1]?.versions[0];
  expect(newest?.picture).toMatch(/^flowchart LR\n/);
  expect(newest?.body).toMatchObject({ properties: { n: { type: 'number' } }, additionalProperties: false });
  const opens = { isConditional: false, onFailure: 'fail' };
  expect(newest?.nodes).toEqual([
    {
      ...{ name: 'save', kind: 'task', does: 'writes it down', after: [], ...opens },
      ...{ app: 'shop', queue: 'orders-save', timeoutMs: 120_000 },
    },
    {
      ...{ name: 'approval', kind: 'wait', after: ['save'], ...opens, event: 'Approved', timeoutMs: 1_800_000 },
      payload: { type: 'string', enum: ['Yes', 'No'] },
    },
    { name: 'pause', kind: 'wait', after: ['approval'], ...opens, onFailure: 'continue', timeoutMs: 5_000 },
    {
      name: 'photos',
      kind: 'child',
      after: ['pause'],
      ...opens,
      isConditional: true,
      chain: 'photos',
      chainVersion: 4,
    },
    {
      ...{ name: 'alert', kind: 'task', after: [], ...opens, onFailure: 'continue', closing: 'whenFailed' },
      ...{ app: 'mails', queue: 'orders-alert', timeoutMs: 60_000 },
    },
  ]);
});

test('another shape has another fingerprint', () => {
  const printOf = (shape: unknown) => describeChains(chains, () => shape)[0]?.versions[0]?.fingerprint;
  expect(printOf({ a: 1 })).toBe(printOf({ a: 1 }));
  expect(printOf({ a: 1 })).not.toBe(printOf({ a: 2 }));
});
