import { z } from 'zod';

/** The environment isn't as the app needs it. The message names every variable that is missing or wrong. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads an app's settings once, at its composition root.
 * @param env empty values count as absent: that is how many tools unset a variable
 * @throws SettingsError naming every missing or wrong variable; values are never repeated, they may be secrets
 */
export function readSettings<Schema extends z.ZodType>(schema: Schema, env: NodeJS.ProcessEnv): z.output<Schema> {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => {
    const name = issue.path.join('.');
    const isMissing = issue.path.length === 1 && present[name] === undefined;
    return `${name}: ${isMissing ? 'is missing' : issue.message}`;
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
