import { describe, expect, it } from 'vitest';
import { bodyData, decodeText, triggerMetadata } from './message-body.ts';

describe("a message's body", () => {
  it.each([['aGk='], [' aG\r\nk= '], [''], ['YWJj']])('%j is base64 (rule 13)', (text) => {
    expect(decodeText(text, 'base64')).toEqual(Buffer.from(text, 'base64'));
  });

  it.each([['aGk'], ['a'], ['===='], ['aGk=aGk='], ['hello world!'], ['{"a":1}'], ['aG-_']])(
    '%j is no base64 (rule 13)',
    (text) => {
      expect(decodeText(text, 'base64')).toBeUndefined();
    },
  );

  it('may be any text without an encoding (rule 13)', () => {
    expect(decodeText('grüße 🎉', 'none')?.toString()).toBe('grüße 🎉');
  });

  it('is strict UTF-8, unless the function asks for bytes (rule 14)', () => {
    expect(() => bodyData(Buffer.from([0xc3, 0x28]), undefined)).toThrow(TypeError);
    expect(bodyData(Buffer.from([0xc3, 0x28]), 'binary')).toEqual({ bytes: Buffer.from([0xc3, 0x28]) });
    expect(bodyData(Buffer.from('ü'), undefined)).toEqual({ string: 'ü' });
  });
});

describe("a message's trigger metadata (rule 14)", () => {
  const at = new Date('2026-03-01T10:00:00Z');
  const message = {
    id: 'm1',
    popReceipt: 'r1',
    dequeueCount: 2,
    text: '',
    insertedOn: at,
    expiresOn: at,
    nextVisibleOn: at,
  };
  const metadata = (body: string) => triggerMetadata(message, { string: body });

  it('contains what the queue knows', () => {
    expect(metadata('text')).toEqual({
      QueueTrigger: { string: 'text' },
      DequeueCount: { json: '2' },
      Id: { string: 'm1' },
      PopReceipt: { string: 'r1' },
      ExpirationTime: { json: '"2026-03-01T10:00:00.000Z"' },
      InsertionTime: { json: '"2026-03-01T10:00:00.000Z"' },
      NextVisibleTime: { json: '"2026-03-01T10:00:00.000Z"' },
    });
  });

  it("is overwritten by the body's properties, in any case, but not by arrays and null", () => {
    const overwritten = metadata(
      '{"id":"mine","DEQUEUECOUNT":7,"popReceipt":null,"list":[1],"deep":{"a":1},"flag":false}',
    );
    expect(overwritten).toMatchObject({
      id: { string: 'mine' },
      DEQUEUECOUNT: { json: '7' },
      PopReceipt: { string: 'r1' },
      deep: { json: '{"a":1}' },
      flag: { json: 'false' },
    });
    for (const name of ['Id', 'DequeueCount', 'list', 'popReceipt']) expect(overwritten).not.toHaveProperty(name);
  });

  it.each([['[1,2]'], ['5'], ['null'], ['"text"'], ['{broken']])("is only the queue's for the body %s", (body) => {
    expect(Object.keys(metadata(body))).toHaveLength(7);
  });
});
