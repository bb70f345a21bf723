import type { Order } from '@tally/chains';
import { extractText, getDocumentProxy, getMeta } from 'unpdf';
import { expect, test } from 'vitest';
import { makeOrderPdf } from './order-pdf.ts';

const order: Order = {
  number: 'A-1001',
  customer: { name: 'Zoë Müller-Łukasz', email: 'zoe@example.org' },
  currency: 'EUR',
  lines: [{ article: 'Tea', quantity: 3, price: 1_234.5 }],
};
const startedAt = '2026-03-01T23:30:00.000Z';

const named = (name: string): Order => ({ ...order, customer: { ...order.customer, name } });

/** The text of each page, as a PDF reader finds it. */
async function pagesOf(made: Order): Promise<string[]> {
  const pdf = await getDocumentProxy(await makeOrderPdf({ order: made, startedAt }));
  return (await extractText(pdf, { mergePages: false })).text;
}

test.each(['Zoë Müller-Łukasz', 'Ελένη Παπαδοπούλου', 'Юлия Щербакова', 'Nguyễn Thị Hồng', "Fiona O'Office & <Söhne>"])(
  'the name %s can be extracted from it',
  async (name) => {
    expect((await pagesOf(named(name))).join('\n')).toContain(`Dear ${name},`);
  },
);

test('it says what was ordered, when and for how much', async () => {
  const [text = ''] = await pagesOf(order);
  for (const words of ['Order A-1001', '1 March 2026', 'zoe@example.org', 'Tea', '1,234.50', '3,703.50 EUR']) {
    expect(text).toContain(words);
  }
  expect(text).not.toContain('stands for a character');
});

test("a character that the fonts lack is marked, and the PDF's properties have the full name", async () => {
  const [text = ''] = await pagesOf(named('李小龙 Bruce'));
  expect(text).toContain('Dear \ufffd\ufffd\ufffd Bruce,');
  expect(text).toContain("stands for a character that this document can't show");
  const pdf = await getDocumentProxy(await makeOrderPdf({ order: named('李小龙 Bruce'), startedAt }));
  const { info } = await getMeta(pdf);
  expect(info).toMatchObject({ Title: 'Order A-1001', Subject: 'For 李小龙 Bruce' });
});

test('decomposed accents are composed', async () => {
  const [text = ''] = await pagesOf(named('Zoe\u0308'));
  expect(text).toContain('Dear Zoë,');
});

test('long words and many lines continue on the next line and page, and nothing is lost', async () => {
  const article = `${'#'.repeat(90)} ${'word '.repeat(20)}end`;
  const lines = Array.from({ length: 60 }, (_, at) => ({ article, quantity: at + 1, price: 1 }));
  const pages = await pagesOf({ ...order, lines });
  expect(pages.length).toBeGreaterThan(1);
  const letters = pages.join('').replaceAll(/[^#]/g, '');
  expect(letters).toHaveLength(60 * 90);
  expect(pages.join('\n').match(/end/g)).toHaveLength(60);
});

test('it is the same, byte for byte, at every try', async () => {
  const first = await makeOrderPdf({ order, startedAt });
  expect(Buffer.from(first).equals(await makeOrderPdf({ order, startedAt }))).toBe(true);
});
