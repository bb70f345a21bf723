import * as z from 'zod';

/**
 * The environment doesn't meet the app's needs. The message names every variable that is missing or wrong.
 */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Schemas of parts of an app's settings, by the name of each part. */
export type SettingsParts = Readonly<Record<string, z.ZodType>>;

/** Combines all parts, each read from the whole environment, so that one message names every fault. */
export function inParts<Parts extends SettingsParts>(parts: Parts) {
  const environmentForEach = (env: unknown) => Object.fromEntries(Object.keys(parts).map((part) => [part, env]));
  return z.preprocess(environmentForEach, z.object(parts));
}
export type SettingsOf<Parts extends SettingsParts> = z.output<z.ZodObject<Parts>>;

/**
 * Reads an app's settings once, at its composition root.
 * @param env empty values count as absent, because many tools unset a variable that way
 * @throws SettingsError naming every missing or wrong variable; values are never repeated, they may be
 * secrets
 */
export function readSettings<Schema extends z.ZodType>(schema: Schema, env: NodeJS.ProcessEnv): z.output<Schema> {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => {
    // Before the name come the names of the parts that contain it, after it the index of an entry of a list.
    const name = path.findLast((step) => typeof step === 'string') ?? '';
    // A check of our own says more: what else would do, or why the setting is needed.
    const isMissing = present[name] === undefined && !message.startsWith('is missing');
    return `${name}: ${isMissing ? 'is missing' : message}`;
  });
  // On one line: the Functions host takes each further line of an error for an entry of its own, at the level
  // of information.
  throw new SettingsError(`these settings are missing or wrong: ${[...new Set(faults)].join('; ')}`);
}

/** A setting that is an integer within bounds, with a default. */
export function wholeNumber(least: number, most: number, absent: number): z.ZodType<number> {
  return z.coerce
    .number(`must be a whole number from ${least} to ${most}`)
    .int(`must be a whole number from ${least} to ${most}`)
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`)
    .default(absent);
}
