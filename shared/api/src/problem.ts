import * as z from 'zod';

/** The body of every error: RFC 9457, media type `application/problem+json`. */
export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string().describe('Short, the same for every occurrence.'),
    status: z.int(),
    detail: z.string().describe('What is wrong with this very request, and what would be right.'),
    code: z.string().describe('A stable word to branch on.'),
    errors: z
      .array(z.strictObject({ field: z.string(), message: z.string(), limit: z.number().optional() }))
      .optional()
      .describe('The fields that are wrong.'),
    Message: z.string().optional().describe('The reason, where clients of Durable Functions look for it.'),
  })
  .describe('An error.');
export type Problem = z.infer<typeof problemSchema>;
