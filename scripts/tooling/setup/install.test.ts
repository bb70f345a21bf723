import { expect, test } from 'vitest';
import { absentEntry, staleEntry } from './install.mjs';

const wanted = {
  '': {},
  'shared/chain': { version: '0.1.0' },
  'node_modules/@tally/chain': { link: true, resolved: 'shared/chain' },
  'node_modules/vite': { version: '8.0.0' },
  'node_modules/vite/node_modules/ms': { version: '2.1.3' },
  'node_modules/fsevents': { version: '2.3.3', optional: true, os: ['darwin'] },
};
const all = (): boolean => true;
const complete = {
  'node_modules/@tally/chain': { link: true, resolved: 'shared/chain' },
  'node_modules/vite': { version: '8.0.0' },
  'node_modules/vite/node_modules/ms': { version: '2.1.3' },
};

test('what npm installed from this lock file is up to date, also without the packages of other platforms', () => {
  expect(staleEntry(wanted, complete, all)).toBeUndefined();
});

test('a package that is missing, of another version, not linked or linked to another folder is named', () => {
  const { 'node_modules/vite/node_modules/ms': _, ...withoutMs } = complete;
  expect(staleEntry(wanted, withoutMs, all)).toBe('ms');
  expect(staleEntry(wanted, { ...complete, 'node_modules/vite': { version: '7.9.9' } }, all)).toBe('vite');
  const unlinked = { ...complete, 'node_modules/@tally/chain': { version: '0.1.0' } };
  expect(staleEntry(wanted, unlinked, all)).toBe('@tally/chain');
  const moved = { ...complete, 'node_modules/@tally/chain': { link: true, resolved: 'shared/former/chain' } };
  expect(staleEntry(wanted, moved, all)).toBe('@tally/chain');
});

test('a workspace that this clone does not have needs no link', () => {
  const { 'node_modules/@tally/chain': _, ...withoutChain } = complete;
  expect(staleEntry(wanted, withoutChain, (folder) => folder !== 'shared/chain')).toBeUndefined();
  expect(staleEntry(wanted, withoutChain, all)).toBe('@tally/chain');
});

test('a recorded package or link that is not on disk is named; a link to a workspace that this clone lacks is not', () => {
  const recorded = {
    'shared/chain': { version: '0.1.0' },
    'node_modules/@tally/chain': { link: true, resolved: 'shared/chain' },
    'node_modules/vite': { version: '8.0.0' },
    'node_modules/vite/node_modules/ms': { version: '2.1.3' },
  };
  const without = (...folders: string[]) =>
    absentEntry(recorded, (file) => !folders.some((folder) => file === `${folder}/package.json`));
  expect(without()).toBeUndefined();
  expect(without('node_modules/vite/node_modules/ms')).toBe('ms');
  expect(without('node_modules/@tally/chain')).toBe('@tally/chain');
  expect(without('node_modules/@tally/chain', 'shared/chain')).toBeUndefined();
});
