import type * as z from 'zod';

/**
 * Parses a queue message's text by its schema.
 * @returns the value, or a readable reason why there is none
 */
export function parseMessage<Value>(
  schema: z.ZodType<Value>,
  text: string,
): { readonly value: Value } | { readonly reason: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { reason: 'not JSON' };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { value: parsed.data };
  const issue = firstIssue(parsed.error.issues);
  const where = issue === undefined || issue.path.length === 0 ? 'the message' : issue.path.join('.');
  return { reason: `not a message of this queue: ${where}: ${issue?.message ?? 'wrong'}` };
}

/** The first issue. Of a message that may have several forms, that of the form that comes closest. */
function firstIssue([issue]: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined {
  if (issue?.code !== 'invalid_union') return issue;
  const [closest = []] = issue.errors.toSorted((a, b) => a.length - b.length);
  return firstIssue(closest);
}
