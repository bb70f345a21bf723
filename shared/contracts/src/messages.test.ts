import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messageText } from './messages.ts';

test('a message is ASCII text that means the same, whatever characters it carries', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (json, text) => {
      const value = { json, text };
      const sent = messageText(value);
      expect(sent).toMatch(/^[\x20-\x7f]*$/);
      expect(JSON.parse(sent)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
