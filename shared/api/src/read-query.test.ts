import { expect, test } from 'vitest';
import { operations } from './operations.ts';
import { readQuery } from './read-query.ts';

const list = operations.listRuns.query;
const read = (text: string) => readQuery(list, new URLSearchParams(text));

test('values are read as what they mean', () => {
  const text =
    'instanceIdPrefix=a&createdTimeFrom=2026-01-02&createdTimeTo=2026-01-03T04:05:06%2B01:00&runtimeStatus=Failed,Running&showInput=FALSE&top=7';
  expect(read(text)).toEqual({
    kind: 'read',
    values: {
      instanceIdPrefix: 'a',
      createdTimeFrom: '2026-01-02T00:00:00.000Z',
      createdTimeTo: '2026-01-03T03:05:06.000Z',
      runtimeStatus: ['Running', 'Failed'],
      showInput: false,
      top: 7,
    },
  });
});

test.each([
  ['top', 'top=seven'],
  ['top', 'top=0'],
  ['top', 'top=1001'],
  ['top', 'top=7&top=8'],
  ['showInput', 'showInput=yes'],
  ['showInput', 'showInput='],
  ['createdTimeFrom', 'createdTimeFrom=yesterday'],
  ['createdTimeFrom', 'createdTimeFrom=2026-02-30T25:00:00Z'],
  ['runtimeStatus', 'runtimeStatus=completed'],
])('a %s that does not fit counts as absent (%s), and is refused with strict=true', (field, text) => {
  expect(read(text)).toEqual({ kind: 'read', values: {} });
  expect(read(`${text}&strict=true`)).toMatchObject({ kind: 'refused', misfits: [{ field }] });
});

test('statuses that are none are dropped as long as one is left', () => {
  expect(read('runtimeStatus=Nonsense,Failed')).toMatchObject({ values: { runtimeStatus: ['Failed'] } });
});

test('names are known in any case; what Durable clients send along means nothing', () => {
  expect(read('SHOWINPUT=true&TaskHub=x&connection=y&code=z&strict=true')).toEqual({
    kind: 'read',
    values: { showInput: true, strict: true },
  });
});

test('an unknown name is read over, and refused with strict=true', () => {
  expect(read('colour=red')).toEqual({ kind: 'read', values: {} });
  expect(read('colour=red&strict=true')).toMatchObject({ kind: 'refused', misfits: [{ field: 'colour' }] });
});

test('what would do another thing if it were ignored is always checked', () => {
  expect(read(`instanceIdPrefix=${'x'.repeat(257)}`)).toMatchObject({
    kind: 'refused',
    misfits: [{ field: 'instanceIdPrefix', limit: 256 }],
  });
  const purge = operations.purgeRuns.query;
  for (const text of ['', 'createdTimeFrom=', 'createdTimeFrom=soon'])
    expect(readQuery(purge, new URLSearchParams(text))).toMatchObject({
      kind: 'refused',
      misfits: [{ field: 'createdTimeFrom' }],
    });
});

test.each([
  ['2018-02-28T05:18:49.3452372Z', '2018-02-28T05:18:49.345Z'],
  ['2018-02-28 05:18', '2018-02-28T05:18:00.000Z'],
  ['18-2-8', '0018-02-08T00:00:00.000Z'],
  ['2018-02-28T05:18:49 02:00', '2018-02-28T03:18:49.000Z'],
])('the instant %s is %s', (text, at) => {
  const values = { createdTimeFrom: at };
  expect(readQuery(list, new URLSearchParams({ createdTimeFrom: text }))).toEqual({ kind: 'read', values });
});
