import { z } from 'zod';

/** As many values of an event as one chooses from. */
const VALUES_MAX = 4;

const schemaSchema = z.looseObject({
  enum: z.array(z.json()).optional(),
  const: z.json().optional(),
  type: z.string().optional(),
  anyOf: z.array(z.unknown()).optional(),
});

/** Values that an event may bring, where its JSON Schema names a few; none: it doesn't. */
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

/** A word as shells read it. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
