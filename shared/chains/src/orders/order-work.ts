import { blobRefSchema } from '@tally/chain';
import * as z from 'zod';
import { orderSchema } from './order.ts';

// The inputs and results of an order's tasks.

/** The input of `pdf`. The date is printed on the document, so it is the run's date and not the try's. */
export const pdfInputSchema = z.strictObject({ order: orderSchema, startedAt: z.iso.datetime() });
export type PdfInput = z.infer<typeof pdfInputSchema>;

/** The files of an order. Null for a file that could not be made. */
export const orderFilesSchema = z.strictObject({ pdf: blobRefSchema.nullable(), video: blobRefSchema.nullable() });
export type OrderFiles = z.infer<typeof orderFilesSchema>;

/** The input of `ask` and `email`. */
export const filesMailInputSchema = z.strictObject({ order: orderSchema, files: orderFilesSchema });
export type FilesMailInput = z.infer<typeof filesMailInputSchema>;

export const declineInputSchema = z.strictObject({ order: orderSchema, why: z.enum(['Rejected', 'TimedOut']) });
export type DeclineInput = z.infer<typeof declineInputSchema>;

export const alertInputSchema = z.strictObject({ order: orderSchema, code: z.string(), message: z.string() });
export type AlertInput = z.infer<typeof alertInputSchema>;

/** The place where `save` put the order. */
export const savedSchema = z.strictObject({ table: z.string(), partition: z.string(), row: z.string() });
export type Saved = z.infer<typeof savedSchema>;

/** The result of the tasks that send a mail. */
export const sentSchema = z.strictObject({ messageId: z.string() });
export type Sent = z.infer<typeof sentSchema>;

/** The event that decides an order. */
export const APPROVAL_EVENT = 'OrderApprovalResult';
export const approvalSchema = z.enum(['Approved', 'Rejected']);
