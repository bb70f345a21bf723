import { expect, test } from 'vitest';
import { firstDifference } from './installed.mjs';

const wanted = {
  '': {},
  'shared/chain': { version: '0.1.0' },
  'node_modules/@tally/chain': { link: true, resolved: 'shared/chain' },
  'node_modules/vite': { version: '8.0.0' },
  'node_modules/vite/node_modules/ms': { version: '2.1.3' },
  'node_modules/fsevents': { version: '2.3.3', optional: true, os: ['darwin'] },
};
const complete = {
  'node_modules/@tally/chain': { link: true, resolved: 'shared/chain' },
  'node_modules/vite': { version: '8.0.0' },
  'node_modules/vite/node_modules/ms': { version: '2.1.3' },
};

/** What differs if these folders are not on disk. */
function difference(recorded: Parameters<typeof firstDifference>[1], ...absent: string[]): string | undefined {
  return firstDifference(wanted, recorded, (file) => !absent.some((folder) => file === `${folder}/package.json`));
}

test('what npm installed from this lock file is up to date, also without the packages of other platforms', () => {
  expect(difference(complete)).toBeUndefined();
});

test('a package that is missing, of another version, not linked or linked to another folder is named', () => {
  const { 'node_modules/vite/node_modules/ms': _, ...withoutMs } = complete;
  expect(difference(withoutMs)).toBe('ms is not what package-lock.json says');
  const otherVite = { ...complete, 'node_modules/vite': { version: '7.9.9' } };
  expect(difference(otherVite)).toBe('vite is not what package-lock.json says');
  const unlinked = { ...complete, 'node_modules/@tally/chain': { version: '0.1.0' } };
  expect(difference(unlinked)).toBe('@tally/chain is not what package-lock.json says');
  const moved = { ...complete, 'node_modules/@tally/chain': { link: true, resolved: 'shared/former/chain' } };
  expect(difference(moved)).toBe('@tally/chain is not what package-lock.json says');
});

test('a workspace that this clone does not have needs no link', () => {
  const { 'node_modules/@tally/chain': _, ...withoutChain } = complete;
  expect(difference(withoutChain, 'shared/chain')).toBeUndefined();
  expect(difference(withoutChain)).toBe('@tally/chain is not what package-lock.json says');
});

test('a recorded package or link that is not on disk is named; a link to a workspace that this clone lacks is not', () => {
  expect(difference(complete, 'node_modules/vite/node_modules/ms')).toBe('ms is gone from node_modules');
  expect(difference(complete, 'node_modules/@tally/chain')).toBe('@tally/chain is gone from node_modules');
  expect(difference(complete, 'node_modules/@tally/chain', 'shared/chain')).toBeUndefined();
});
