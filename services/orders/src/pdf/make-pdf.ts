import type { BlobRef, Handler } from '@tally/chain';
import type { PdfInput } from '@tally/chains';
import { makeOrderPdf } from './order-pdf.ts';

/** Makes the order's document. */
export const makePdf: Handler<PdfInput, BlobRef> = async ({ input, blobs }) =>
  await blobs.put('order.pdf', await makeOrderPdf(input), 'application/pdf');
