import * as z from 'zod';

/** A text that fits on one line of a document or a mail. */
const lineSchema = (most: number): z.ZodString =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(most, `must have at most ${most} characters`)
    .refine((text) => text.trim() !== '', 'must not be blank')
    .refine((text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text), 'must hold no control characters or line breaks')
    .refine((text) => !/\p{Bidi_Control}/u.test(text), 'must hold no signs that turn the direction of text')
    .refine((text) => text.isWellFormed(), 'must not hold half a character');

/** In whole cents a price is exact. As a fraction it may be slightly off. */
const isWholeCents = (price: number): boolean => Math.abs(price * 100 - Math.round(price * 100)) < 1e-6;

const orderLineSchema = z.strictObject({
  article: lineSchema(100),
  quantity: z.number().int().min(1).max(10_000),
  /** The price of one piece, with at most two decimals. */
  price: z.number().min(0).max(1_000_000).refine(isWholeCents, 'must have at most two decimals'),
});

/** The input of the chain `orders`. */
export const orderSchema = z.strictObject({
  /** The shop's own number. An order is saved once, whatever run saves it. */
  number: lineSchema(64),
  customer: z.strictObject({ name: lineSchema(200), email: z.email().max(254) }),
  /** ISO 4217, such as `EUR`. */
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be three capital letters, such as EUR'),
  /** As many as fit into one column of a table. */
  lines: z.array(orderLineSchema).min(1).max(100),
});
export type Order = z.infer<typeof orderSchema>;

/** The sum of an order, in cents of its currency. */
export function totalCents({ lines }: Order): number {
  return lines.reduce((sum, { quantity, price }) => sum + quantity * Math.round(price * 100), 0);
}
