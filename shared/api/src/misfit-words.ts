import * as z from 'zod';

type RawIssue = z.core.$ZodRawIssue;

/** Readable names of zod's types. */
const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/** Readable names of text formats. */
const FORMATS: Readonly<Record<string, string>> = {
  url: 'a URL, such as https://example.com/a',
  email: 'an e-mail address',
  datetime: 'an instant such as 2030-01-01T12:00:00Z',
};

/**
 * Parses what a caller has sent. Errors are described in the API's words, because a caller of the API doesn't
 * know the library's. A schema's own message comes first.
 */
export function parseGiven<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.ZodSafeParseResult<z.output<Schema>> {
  return schema.safeParse(value, { error: wordsOf });
}

/** An integer within limits. The message names both limits, whichever one is exceeded. */
export function wholeNumber(least: number, most?: number) {
  const error = `must be a whole number ${range(least, most)}`;
  const atLeast = z.int({ error }).min(least, { error });
  return most === undefined ? atLeast : atLeast.max(most, { error });
}

/** A number within limits, like {@link wholeNumber}. */
export function numberWithin(least: number, most: number) {
  const error = `must be a number ${range(least, most)}`;
  return z.number({ error }).min(least, { error }).max(most, { error });
}

function range(least: number, most: number | undefined): string {
  return most === undefined ? `from ${least}` : `from ${least} to ${most.toLocaleString('en')}`;
}

function wordsOf(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `${missing(issue)}must be ${TYPES[issue.expected] ?? `of type ${issue.expected}`}`;
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`;
    case 'unrecognized_keys':
      return unknownFields(issue.keys, issue.inst);
    case 'too_big':
      return `must ${bound(issue.origin, 'most', issue.maximum)}`;
    case 'too_small':
      return `must ${bound(issue.origin, 'least', issue.minimum)}`;
    case 'invalid_format':
      return `must ${formatWords(issue)}`;
    case 'invalid_union':
      return unionWords(issue.errors);
    default:
      return 'is not accepted here';
  }
}

/** Words for a format. One without words is described by its pattern, which says more than its name. */
function formatWords({ format, pattern }: { readonly format: string; readonly pattern?: string | undefined }): string {
  const words = FORMATS[format];
  if (words !== undefined) return `be ${words}`;
  return pattern === undefined ? `be of the format ${format}` : `match ${pattern}`;
}

/** Lists each possible form with the first reason why the value doesn't fit it. */
function unionWords(forms: readonly (readonly z.core.$ZodIssue[])[]): string {
  const [first, ...others] = forms.flatMap(([issue]) => (issue === undefined ? [] : [issue]));
  if (first === undefined) return 'is not accepted here';
  const words = ({ path, message }: z.core.$ZodIssue) =>
    path.length === 0 ? message : `${path.map(String).join('.')} ${message}`;
  if (others.length === 0) return words(first);
  return `matches none of the accepted forms: ${[first, ...others].map(words).join('; or ')}`;
}

function missing({ input }: RawIssue): string {
  return input === undefined ? 'is missing; ' : '';
}

function unknownFields(keys: readonly string[], schema: unknown): string {
  const names = keys.map((key) => `"${key}"`).join(', ');
  const known = schema instanceof z.ZodObject ? `; known are ${Object.keys(schema.shape).join(', ')}` : '';
  return `has unknown fields: ${names}${known}`;
}

function bound(origin: string, side: 'most' | 'least', limit: number | bigint): string {
  const units: Readonly<Record<string, string>> = { string: 'characters', array: 'entries' };
  const unit = units[origin];
  return unit === undefined ? `be at ${side} ${limit}` : `have at ${side} ${limit} ${unit}`;
}
