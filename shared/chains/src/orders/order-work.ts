import { blobRefSchema } from '@tally/chain';
import { z } from 'zod';
import { orderSchema } from './order.ts';

// What the tasks of an order get and give.

/** For `pdf`. The date stands on the document, so it is the run's and not that of the try. */
export const pdfInputSchema = z.strictObject({ order: orderSchema, startedAt: z.iso.datetime() });
export type PdfInput = z.infer<typeof pdfInputSchema>;

/** The files of an order; null where one could not be made. */
export const orderFilesSchema = z.strictObject({ pdf: blobRefSchema.nullable(), video: blobRefSchema.nullable() });
export type OrderFiles = z.infer<typeof orderFilesSchema>;

/** For `ask` and `email`. */
export const filesMailInputSchema = z.strictObject({ order: orderSchema, files: orderFilesSchema });
export type FilesMailInput = z.infer<typeof filesMailInputSchema>;

export const declineInputSchema = z.strictObject({ order: orderSchema, why: z.enum(['Rejected', 'TimedOut']) });
export type DeclineInput = z.infer<typeof declineInputSchema>;

export const alertInputSchema = z.strictObject({ order: orderSchema, code: z.string(), message: z.string() });
export type AlertInput = z.infer<typeof alertInputSchema>;

/** Where `save` put the order. */
export const savedSchema = z.strictObject({ table: z.string(), partition: z.string(), row: z.string() });
export type Saved = z.infer<typeof savedSchema>;

/** What the tasks that send a mail give. */
export const sentSchema = z.strictObject({ messageId: z.string() });
export type Sent = z.infer<typeof sentSchema>;

/** The event that decides an order. */
export const APPROVAL_EVENT = 'OrderApprovalResult';
export const approvalSchema = z.enum(['Approved', 'Rejected']);
