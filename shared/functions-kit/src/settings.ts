import { z } from 'zod';

/** The environment isn't as the app needs it. The message names every variable that is missing or wrong. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Schemas of parts of an app's settings, by a name of each part. */
export type SettingsParts = Readonly<Record<string, z.ZodType>>;

/** All parts at once, each read from the whole environment: one message then says all that there is to do. */
export function inParts<Parts extends SettingsParts>(parts: Parts) {
  const environmentForEach = (env: unknown) => Object.fromEntries(Object.keys(parts).map((part) => [part, env]));
  return z.preprocess(environmentForEach, z.object(parts));
}
export type SettingsOf<Parts extends SettingsParts> = z.output<z.ZodObject<Parts>>;

/**
 * Reads an app's settings once, at its composition root.
 * @param env empty values count as absent: that is how many tools unset a variable
 * @throws SettingsError naming every missing or wrong variable; values are never repeated, they may be secrets
 */
export function readSettings<Schema extends z.ZodType>(schema: Schema, env: NodeJS.ProcessEnv): z.output<Schema> {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => {
    // Before the name stand those of the parts that it is in, behind it the number of an entry of a list.
    const name = path.findLast((step) => typeof step === 'string') ?? '';
    // A check of our own says more: what else would do, or why it is needed.
    const isMissing = present[name] === undefined && !message.startsWith('is missing');
    return `${name}: ${isMissing ? 'is missing' : message}`;
  });
  // On one line: the Functions host takes each further line of an error for an entry of its own, of the level of news.
  throw new SettingsError(`these settings are missing or wrong: ${[...new Set(faults)].join('; ')}`);
}

/** A setting that is a whole number within bounds, with a default. */
export function wholeNumber(least: number, most: number, absent: number): z.ZodType<number> {
  return z.coerce
    .number(`must be a whole number from ${least} to ${most}`)
    .int(`must be a whole number from ${least} to ${most}`)
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`)
    .default(absent);
}
