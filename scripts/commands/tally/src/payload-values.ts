import * as z from 'zod';

/** The most values of an event that a person is given to choose from. */
const VALUES_MAX = 4;

const schemaSchema = z.looseObject({
  enum: z.array(z.json()).optional(),
  const: z.json().optional(),
  type: z.string().optional(),
  anyOf: z.array(z.unknown()).optional(),
});

/** The values that an event may bring, if its JSON Schema names a few. Empty if it names none. */
export function payloadValues(schema: unknown): readonly unknown[] {
  const { enum: named, const: only, type, anyOf = [] } = schemaSchema.safeParse(schema).data ?? {};
  if (named !== undefined && named.length <= VALUES_MAX) return named;
  if (only !== undefined) return [only];
  if (type === 'boolean') return [true, false];
  if (type === 'null') return [null];
  return anyOf.flatMap(payloadValues).slice(0, VALUES_MAX);
}

/** The command lines that raise an event, one for each value that it may bring. */
export function raiseCommands(runId: string, event: string, schema: unknown): string[] {
  const values = payloadValues(schema).map((value) => JSON.stringify(value));
  const given = values.length === 0 ? ['<JSON>'] : values;
  return given.map((value) => `npm run tally -- raise ${shellWord(runId)} ${shellWord(event)} ${shellWord(value)}`);
}

/** A word in a form that shells read as one word. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
