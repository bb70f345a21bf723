import fc from 'fast-check';
import * as z from 'zod';

/** The part of JSON Schema that the API's document uses. */
const schemaShape = z.object({
  $ref: z.string().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  items: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
});

type Schema = z.infer<typeof schemaShape>;

/**
 * Texts that have crashed programs: other scripts, control characters, escapes, numbers at the limits, long
 * texts, code of several kinds.
 */
const ODD_TEXTS = [
  '',
  ' ',
  '0',
  '-1',
  '1e999',
  'NaN',
  'null',
  'undefined',
  '9007199254740993',
  'true',
  '[]',
  '{}',
  "'",
  '"',
  '\\',
  '/',
  '%',
  '%00',
  '%2e%2e',
  '..%2f..%2f',
  '\u0000',
  '\u0007\u009f',
  '\ud83d\ude00',
  '\u202e',
  'ß',
  "x' or PartitionKey ne '",
  '__proto__',
  'constructor',
  '<script>',
  'x'.repeat(300),
  'y'.repeat(2_000),
];

export const oddText = fc.oneof(
  fc.constantFrom(...ODD_TEXTS),
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

/**
 * Values that a schema allows.
 * @param resolve finds a schema by its reference
 */
export function valuesOf(schema: unknown, resolve: (ref: string) => unknown): fc.Arbitrary<unknown> {
  const { $ref, anyOf, oneOf, type, ...rest } = schemaShape.parse(schema);
  if ($ref !== undefined) return valuesOf(resolve($ref), resolve);
  if (rest.const !== undefined) return fc.constant(rest.const);
  if (rest.enum !== undefined) return fc.constantFrom(...rest.enum);
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => valuesOf(choice, resolve)));
  const types = typeof type === 'string' ? [type] : (type ?? ['any']);
  return fc.oneof(...types.map((one) => valuesOfType(one, rest, resolve)));
}

function valuesOfType(type: string, schema: Schema, resolve: (ref: string) => unknown) {
  const { minimum = 0, maximum = 1_000, properties = {}, required = [] } = schema;
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: Math.max(minimum, -1_000), max: Math.min(maximum, 1_000_000) });
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true });
    case 'string':
      return textsOf(schema);
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, resolve), { minLength: 1, maxLength: 3 });
    case 'object': {
      const fields = Object.entries(properties).map(([name, field]) => [name, valuesOf(field, resolve)] as const);
      return fc.record<Record<string, unknown>>(Object.fromEntries(fields), { requiredKeys: required });
    }
    default:
      return fc.jsonValue({ maxDepth: 4 });
  }
}

function textsOf({ format, minLength = 0, maxLength = 100 }: Schema) {
  if (format === 'date-time')
    return fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((at) => at.toISOString());
  if (format === 'duration') return fc.integer({ min: 1, max: 90 }).map((minutes) => `PT${minutes}M`);
  // The only long texts are addresses of images.
  if (maxLength === 2_048)
    return fc.integer({ min: 0, max: 99 }).map((number) => `https://photos.example/${number}.jpg`);
  return fc.string({ minLength, maxLength: Math.min(maxLength, 100) });
}

/**
 * The value, or a wrong version of it: another type, a missing or additional field, or an odd text in some
 * place.
 */
export function maybeSpoilt(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const junk = fc.oneof(oddText, fc.jsonValue({ maxDepth: 2 }));
  const spoilt = fc.tuple(values, junk, fc.nat()).map(([value, odd, place]) => spoil(value, odd, place));
  return fc.oneof({ arbitrary: values, weight: 3 }, { arbitrary: spoilt, weight: 2 }, { arbitrary: junk, weight: 1 });
}

function spoil(value: unknown, odd: unknown, place: number): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [odd] : value.with(place % value.length, odd);
  const fields = z.record(z.string(), z.unknown()).safeParse(value);
  if (!fields.success) return odd;
  const names = [...Object.keys(fields.data), 'surplus'];
  return { ...fields.data, [names[place % names.length] ?? '']: odd };
}
