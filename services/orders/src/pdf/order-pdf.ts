import { type Order, type PdfInput, totalCents } from '@tally/chains';
import { MISSING } from '../text/typeface.ts';
import { type Cell, PdfPages } from './pdf-pages.ts';

const BODY = { size: 11 } as const;
const HEAD = { size: 11, isBold: true } as const;
const TITLE = { size: 22, isBold: true } as const;
const SMALL = { size: 9 } as const;

const GAP = 18;

/** Makes the document of an order, for its customer. The same order of the same run makes the same bytes. */
export async function makeOrderPdf({ order, startedAt }: PdfInput): Promise<Uint8Array> {
  const date = new Date(startedAt);
  const pages = await PdfPages.create((doc) => {
    doc.setTitle(`Order ${order.number}`, { showInWindowTitleBar: true });
    // The complete name, even if the fonts lack a character.
    doc.setSubject(`For ${order.customer.name}`);
    doc.setLanguage('en');
    doc.setProducer('Tally');
    doc.setCreationDate(date);
    doc.setModificationDate(date);
  });
  await pages.paragraph(`Order ${order.number}`, TITLE);
  await pages.paragraph(date.toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' }), SMALL);
  pages.space(GAP);
  await pages.paragraph(order.customer.name, HEAD);
  await pages.paragraph(order.customer.email, BODY);
  pages.space(GAP);
  await pages.paragraph(`Dear ${order.customer.name},`, BODY);
  await pages.paragraph('thank you for your order. This is what you ordered:', BODY);
  pages.space(GAP);
  await writeLines(pages, order);
  if (!pages.canShow(JSON.stringify(order))) {
    pages.space(GAP);
    await pages.paragraph(
      `${MISSING} stands for a character that this document can't show. Your order itself contains it.`,
      SMALL,
    );
  }
  return await pages.bytes();
}

async function writeLines(pages: PdfPages, order: Order): Promise<void> {
  await pages.row(cells('Article', 'Quantity', 'Price', 'Sum'), HEAD);
  for (const { article, quantity, price } of order.lines) {
    const cents = Math.round(price * 100);
    await pages.row(cells(article, String(quantity), amount(cents), amount(quantity * cents)), BODY);
  }
  pages.space(GAP / 2);
  await pages.row(cells('Total', '', '', `${amount(totalCents(order))} ${order.currency}`), HEAD);
}

function cells(article: string, quantity: string, price: string, sum: string): Cell[] {
  return [
    { text: article, from: 0, to: 0.43 },
    { text: quantity, from: 0.44, to: 0.57, align: 'right' },
    { text: price, from: 0.58, to: 0.75, align: 'right' },
    { text: sum, from: 0.76, to: 1, align: 'right' },
  ];
}

/** `1,234.50` */
function amount(cents: number): string {
  return (cents / 100).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
