import type * as z from 'zod';
import { parseGiven } from './misfit-words.ts';
import type { Method, Parameters } from './operation.ts';
import { alwaysChecked, listValued } from './parameters.ts';

/** A value of a request that doesn't fit. */
export interface Misfit {
  readonly field: string;
  readonly message: string;
  readonly limit?: number | undefined;
}

export type QueryReading<Query extends Parameters> =
  | { readonly kind: 'read'; readonly values: z.output<Query> }
  | { readonly kind: 'refused'; readonly misfits: readonly Misfit[] };

/** Names that Durable's clients and the Functions host send; they mean nothing here. */
const PASSED_OVER = new Set(['code', 'taskhub', 'connection']);

/**
 * Reads query parameters as Durable does: names in any case, and a value that doesn't fit counts as absent.
 * Misfits of parameters that are always checked are refused. With `strict=true`, or for a call that deletes,
 * all misfits are refused, including unknown names.
 */
export function readQuery<Query extends Parameters>(
  schema: Query,
  parameters: URLSearchParams,
  method: Method,
): QueryReading<Query> {
  const given = textsByName(parameters);
  // An ignored filter would delete runs that the caller didn't name.
  const isStrict = method === 'DELETE' || given.get('strict')?.text.toLowerCase() === 'true';
  const misfits: Misfit[] = [];
  const kept: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(schema.shape)) {
    const whole = given.get(name.toLowerCase())?.text;
    given.delete(name.toLowerCase());
    const text = isStrict ? whole : withoutMisfits(parameter, whole);
    const found = misfitsOf(name, parseGiven(parameter, text));
    // zod parses the object once more. A text that has passed passes again.
    if (found.length === 0) kept[name] = text;
    else if (isStrict || alwaysChecked.has(parameter)) misfits.push(...found);
  }
  if (isStrict) {
    const unknown = [...given].filter(([key]) => !PASSED_OVER.has(key));
    const message = `is unknown; known are ${Object.keys(schema.shape).join(', ') || 'none'}`;
    misfits.push(...unknown.map(([, { name }]) => ({ field: name, message })));
  }
  if (misfits.length > 0) return { kind: 'refused', misfits };
  return { kind: 'read', values: schema.parse(kept) };
}

/** Reduces a list to the entries that fit, if there is at least one. */
function withoutMisfits(parameter: z.ZodType, text: string | undefined): string | undefined {
  const entrySchema = listValued.get(parameter);
  if (entrySchema === undefined || text === undefined) return text;
  const fitting = text.split(',').filter((entry) => entrySchema.safeParse(entry.trim()).success);
  return fitting.length === 0 ? text : fitting.join(',');
}

/**
 * Collects values by lower-case name. A repeated parameter has commas between its values, as the Functions
 * host passes it on.
 */
function textsByName(parameters: URLSearchParams): Map<string, { readonly name: string; readonly text: string }> {
  const given = new Map<string, { readonly name: string; readonly text: string }>();
  for (const [name, value] of parameters) {
    const key = name.toLowerCase();
    const before = given.get(key);
    given.set(key, before === undefined ? { name, text: value } : { name, text: `${before.text},${value}` });
  }
  return given;
}

/** Describes what is wrong with a value: each error with its place and the limit that was exceeded. */
export function misfitsOf(name: string, parsed: z.ZodSafeParseResult<unknown>): Misfit[] {
  if (parsed.success) return [];
  const misfits = parsed.error.issues.map((issue) => misfitOf(name, issue));
  // A number outside all integers exceeds two limits. The narrower one comes last, and equal messages appear
  // once.
  return [...new Map(misfits.map((misfit) => [JSON.stringify([misfit.field, misfit.message]), misfit])).values()];
}

function misfitOf(name: string, issue: z.core.$ZodIssue): Misfit {
  const field = issue.path.reduce<string>(
    (path, part) =>
      typeof part === 'number' ? `${path}[${part}]` : path === '' ? String(part) : `${path}.${String(part)}`,
    name,
  );
  const limit =
    issue.code === 'too_big' ? Number(issue.maximum) : issue.code === 'too_small' ? Number(issue.minimum) : undefined;
  return { field: field === '' ? 'body' : field, message: issue.message, limit };
}
