import { expect, test } from 'vitest';
import { deliveryOf } from './delivery.ts';

const PUT = Date.UTC(2026, 2, 1, 10);
const ofHost = { id: '5c1e6f0a-host', dequeueCount: 3, insertionTime: new Date(PUT).toISOString() };
const DIGEST = /^[\da-f]{32}$/;

test.each([
  ['a text', 'hello', 'hello'],
  ['a message', { v: 2, runId: 'run' }, '{"v":2,"runId":"run"}'],
  ['a list, whose parts overwrite nothing', [{ id: 'x' }], '[{"id":"x"}]'],
])("the host's data about %s are trusted", (_what, entry, body) => {
  expect(deliveryOf('detect', entry, { triggerMetadata: ofHost })).toEqual({
    body,
    messageId: ofHost.id,
    dequeueCount: 3,
    insertedAt: PUT,
  });
});

test('I6: messages with the same forged id have different letters; a redelivered message has the same letter', () => {
  const idOf = (entry: object) => deliveryOf('detect', entry, { triggerMetadata: { ...ofHost, ...entry } }).messageId;
  const [first, second] = [idOf({ id: 'same', n: 1 }), idOf({ id: 'same', n: 2 })];
  expect(first).toMatch(DIGEST);
  expect(second).toMatch(DIGEST);
  expect(first).not.toBe(second);
  expect(idOf({ id: 'same', n: 1 })).toBe(first);
});

test.each(['id', 'Id', 'ID'])("I6: a message cannot take another's letter by its %s", (name) => {
  const entry = { [name]: ofHost.id };
  expect(deliveryOf('detect', entry, { triggerMetadata: { ...ofHost } }).messageId).toMatch(DIGEST);
});

test.each(['insertionTime', 'INSERTIONTIME', 'inſertionTime'])(
  'I6: a message cannot backdate its letter, which would then be retired at once, by its %s',
  (name) => {
    const entry = { [name]: '2025-01-02T00:00:00Z', dequeueCount: 99 };
    const triggerMetadata = { ...ofHost, dequeueCount: 99, insertionTime: '2025-01-02T00:00:00Z' };
    expect(deliveryOf('detect', entry, { triggerMetadata })).toMatchObject({ insertedAt: undefined, dequeueCount: 1 });
  },
);

test("I6: text that only the host's parser accepts as JSON is not trusted", () => {
  const delivery = deliveryOf('detect', " {'id':'same'}", { triggerMetadata: { ...ofHost, id: 'same' } });
  expect(delivery.messageId).toMatch(DIGEST);
  expect(delivery).toMatchObject({ insertedAt: undefined, dequeueCount: 1 });
});

test.each([[{}], [{ id: 7, dequeueCount: 'many', insertionTime: 'soon' }]])(
  'invalid data are left out, and the text identifies the message: %j',
  (triggerMetadata) => {
    const delivery = deliveryOf('detect', 'hello', { triggerMetadata });
    expect(delivery.messageId).toMatch(DIGEST);
    expect(delivery).toMatchObject({ insertedAt: undefined, dequeueCount: 1 });
    expect(deliveryOf('detect', 'hello', {}).messageId).toBe(delivery.messageId);
  },
);

test('I6: the same text in both queues of a stage has two letters', () => {
  const entry = { id: 'same' };
  const idIn = (queue: string) => deliveryOf(queue, entry, { triggerMetadata: { ...ofHost, ...entry } }).messageId;
  expect(idIn('detect')).not.toBe(idIn('detect-poison'));
});
