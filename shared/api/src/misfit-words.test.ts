import { expect, test } from 'vitest';
import * as z from 'zod';
import { parseGiven } from './misfit-words.ts';

test("a value of the wrong form gets an error that says which form is wanted, in the schema's own words if it has some", () => {
  const messageOf = (schema: z.ZodType) => parseGiven(schema, 'PT5M').error?.issues.map(({ message }) => message);
  const template = z.templateLiteral([z.number(), 's']);
  expect(messageOf(template)).toEqual([expect.stringMatching(/^must match .*s/)]);
  expect(messageOf(z.string().regex(/^\d+s$/))).toEqual([expect.stringContaining(String.raw`\d+s`)]);
  expect(messageOf(z.string().regex(/^\d+s$/, 'must be seconds, such as 5s'))).toEqual(['must be seconds, such as 5s']);
});
