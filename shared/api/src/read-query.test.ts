import { expect, test } from 'vitest';
import { operations } from './operations.ts';
import { readQuery } from './read-query.ts';

const containing = (part: string): unknown => expect.stringContaining(part);
const list = operations.listRuns.query;
const read = (text: string) => readQuery(list, new URLSearchParams(text), 'GET');
const purge = (text: string) => readQuery(operations.purgeRuns.query, new URLSearchParams(text), 'DELETE');
const FROM = 'createdTimeFrom=2026-01-01';

test('values are parsed', () => {
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
  ['top', 'top=7&top=8'],
  ['showInput', 'showInput=yes'],
  ['showInput', 'showInput='],
  ['createdTimeFrom', 'createdTimeFrom=yesterday'],
  ['createdTimeFrom', 'createdTimeFrom=2026-02-30'],
  ['runtimeStatus[0]', 'runtimeStatus=completed'],
])('an invalid %s counts as absent (%s), and is refused with strict=true', (field, text) => {
  expect(read(text)).toEqual({ kind: 'read', values: {} });
  expect(read(`${text}&strict=true`)).toMatchObject({ kind: 'refused', misfits: [{ field }] });
});

test('unknown statuses are dropped if one is left, and refused with strict=true', () => {
  expect(read('runtimeStatus=Nonsense,Failed')).toMatchObject({ values: { runtimeStatus: ['Failed'] } });
  expect(read('runtimeStatus=Nonsense,Failed&strict=true')).toMatchObject({ kind: 'refused' });
});

test.each(['Canceled', 'Unknown', 'ContinuedAsNew', 'Canceled,ContinuedAsNew', '4'])(
  'statuses that only Durable has select nothing: %s',
  (names) => {
    expect(read(`runtimeStatus=${names}`)).toEqual({ kind: 'read', values: { runtimeStatus: [] } });
    expect(purge(`${FROM}&runtimeStatus=${names}`)).toMatchObject({ kind: 'read', values: { runtimeStatus: [] } });
  },
);

test('a status may be given by its number in Durable', () => {
  expect(read('runtimeStatus=3,Canceled,-1,0')).toMatchObject({ values: { runtimeStatus: ['Running', 'Failed'] } });
});

test('a top above the limit is the limit; an empty token is the first page', () => {
  for (const top of ['1001', '99999999999999999999', '+5000&strict=true'])
    expect(read(`top=${top}`)).toMatchObject({ kind: 'read', values: { top: 1_000 } });
  const items = operations.listItems.query;
  expect(readQuery(items, new URLSearchParams('continuationToken='), 'GET')).toEqual({ kind: 'read', values: {} });
});

test("names are read in any case; parameters of Durable's clients are ignored", () => {
  expect(read('SHOWINPUT=true&TaskHub=x&connection=y&code=z&strict=true')).toEqual({
    kind: 'read',
    values: { showInput: true, strict: true },
  });
});

test('an unknown name is ignored, and refused with strict=true', () => {
  expect(read('colour=red')).toEqual({ kind: 'read', values: {} });
  expect(read('colour=red&strict=true')).toMatchObject({ kind: 'refused', misfits: [{ field: 'colour' }] });
});

test('parameters that are dangerous to ignore are always checked', () => {
  expect(read(`instanceIdPrefix=${'x'.repeat(257)}`)).toMatchObject({
    kind: 'refused',
    misfits: [{ field: 'instanceIdPrefix', limit: 256 }],
  });
});

test.each([
  ['createdTimeFrom', ''],
  ['createdTimeFrom', 'createdTimeFrom='],
  ['createdTimeFrom', 'createdTimeFrom=soon'],
  ['createdTimeFrom', 'createdTimeFrom=2024-02-31'],
  ['createdTimeTo', `${FROM}&createdTimeTo=2020-13-01`],
  ['createdTimeTo', `${FROM}&createdTimeTo=2024-02-31`],
  ['createdTimeTo', `${FROM}&createdTimeTo=01/01/2021`],
  ['createdTimeTo', `${FROM}&createdTimeTo=`],
  ['createdTimeTo', `${FROM}&createdTimeTo=2021-01-01&createdTimeTo=2022-01-01`],
  ['runtimeStatus[0]', `${FROM}&runtimeStatus=Faild`],
  ['runtimeStatus[1]', `${FROM}&runtimeStatus=Failed,completed`],
  ['runtimeStatus[0]', `${FROM}&runtimeStatus=`],
  ['instanceIdPrefix', `${FROM}&instanceIdPrefix=a`],
  ['strict', `${FROM}&strict=maybe`],
])('a purge is refused for an unreadable or unknown %s: %s', (field, text) => {
  expect(purge(text)).toMatchObject({ kind: 'refused', misfits: [{ field }] });
});

test("a purge accepts valid parameters and those of Durable's clients", () => {
  const text = `${FROM}&createdTimeTo=Fri, 01 Jan 2027 00:00:00 GMT&runtimeStatus=Failed&taskHub=x&connection=y&code=z`;
  expect(purge(text)).toEqual({
    kind: 'read',
    values: {
      createdTimeFrom: '2026-01-01T00:00:00.000Z',
      createdTimeTo: '2027-01-01T00:00:00.000Z',
      runtimeStatus: ['Failed'],
    },
  });
});

test.each([
  ['top=0', 'must be a whole number from 1 to 1,000'],
  ['top=many', 'must be a whole number'],
  ['showInput=perhaps', 'must be true or false'],
  ['colour=red', 'is unknown; known are '],
  [`continuationToken=${'x'.repeat(4_001)}`, 'must have at most 4000 characters'],
])("%s is refused with the API's own message", (text, words) => {
  const items = operations.listItems.query;
  const reading = text.startsWith('continuation')
    ? readQuery(items, new URLSearchParams(text), 'GET')
    : read(`${text}&strict=true`);
  expect(reading).toMatchObject({ misfits: [{ message: containing(words) }] });
});
