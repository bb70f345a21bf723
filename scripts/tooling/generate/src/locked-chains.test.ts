import { defineChain } from '@tally/chain';
import { registryOf } from '@tally/chains';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { lockedChains } from './locked-chains.ts';

const chainOf = (version: number, result: z.ZodType<{ ok: boolean }>) =>
  defineChain({ name: 'locked', version, app: 'app', input: z.object({}) })
    .task('one', { result })
    .output(() => null);
const strict = chainOf(1, z.object({ ok: z.literal(true) }));
const loose = chainOf(1, z.object({ ok: z.boolean() }));
const newer = chainOf(2, z.object({ ok: z.boolean() }));
const keep = { isRelocking: false };
const first = JSON.stringify(lockedChains(registryOf([strict]), '', keep).lock);

test('a new version is locked, and stays as it is', () => {
  expect(JSON.parse(first)).toHaveLength(1);
  const again = lockedChains(registryOf([strict]), first, keep);
  expect(JSON.stringify(again.lock)).toBe(first);
  expect(again.complaints).toEqual([]);
});

test('a changed shape of an unchanged version is reported', () => {
  const { lock, complaints } = lockedChains(registryOf([loose]), first, keep);
  expect(lock).toEqual(JSON.parse(first));
  expect(complaints).toEqual([
    expect.stringMatching(/^locked@1 has changed at nodes\.0\.result\S+: .* as version 2 .* --relock$/),
  ]);
});

test('a newer version may exist beside it', () => {
  const { lock, complaints } = lockedChains(registryOf([strict, newer]), first, keep);
  expect([lock.map(({ version }) => version), complaints]).toEqual([[1, 2], []]);
});

test('a version without runs may be locked again', () => {
  const { lock, complaints } = lockedChains(registryOf([loose]), first, { isRelocking: true });
  expect(complaints).toEqual([]);
  expect(lock).not.toEqual(JSON.parse(first));
  expect(lockedChains(registryOf([loose]), JSON.stringify(lock), keep).complaints).toEqual([]);
});
