import fc from 'fast-check';
import { test } from 'vitest';
import { messageText } from './json.ts';

/** The characters of XML 1.0 (section 2.2). */
const xml = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

test('a message means the same after it is escaped for an XML document, whatever its strings are', () => {
  const unusual = fc.array(fc.constantFrom('\ufffe', '\uffff', '\u0000', '\ud800', '\u2028', '\\', 'a'));
  const words = fc.oneof(
    fc.string({ unit: 'binary' }),
    unusual.map((all) => all.join('')),
  );
  fc.assert(
    fc.property(words, words, (runId, event) => {
      const text = messageText({ v: 3, runId, gen: 'g', event });
      return xml.test(text) && JSON.stringify(JSON.parse(text)) === JSON.stringify({ v: 3, runId, gen: 'g', event });
    }),
  );
});
