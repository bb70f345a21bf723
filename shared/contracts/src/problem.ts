import * as z from 'zod';

const fieldErrorSchema = z.strictObject({
  field: z.string(),
  message: z.string(),
  limit: z.number().optional(),
});

/** The body of every error: RFC 9457, media type `application/problem+json`. */
export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string().describe('Short, the same for every occurrence.'),
    status: z.int(),
    detail: z.string().describe('What is wrong with this request, and how to correct it.'),
    code: z.string().describe('A stable word to branch on.'),
    errors: z.array(fieldErrorSchema).optional().describe('The fields that are wrong.'),
    Message: z.string().optional().describe('The reason, in the place that clients of Durable Functions read.'),
  })
  .describe('An error.');
export type Problem = z.infer<typeof problemSchema>;

/** What a problem says beyond its status. */
export interface ProblemDetails extends Pick<Problem, 'title' | 'detail' | 'code'> {
  /** Each names its field by a JSON path, such as `urls[3]`, or by a parameter's name. */
  readonly errors?: readonly Readonly<z.infer<typeof fieldErrorSchema>>[] | undefined;
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json; charset=utf-8';

/** Makes the document of a problem. Every problem that Tally tells is made here. */
export function problemDocument(status: number, { title, detail, code, errors }: ProblemDetails): Problem {
  const document = { type: 'about:blank', title, status, detail, code, errors: errors && [...errors] };
  // Where Durable answers with a body, its clients look for the reason under this name.
  const hasMessage = status === 400 || status === 500;
  return hasMessage ? { ...document, Message: errors?.[0]?.message ?? detail } : document;
}
