import { availableParallelism } from 'node:os';
import { allowedHostsSchema } from '@tally/guarded-fetch';
import * as z from 'zod';

/** The settings that the service reads from its environment. */
export const settingsSchema = z.object({
  FACE_KEY: z.string({ error: 'is missing: the key that callers must send' }).min(1, 'must not be empty'),
  // 4 was fitted on labelled portraits. With it, slight smiles score below broad ones, and neutral faces
  // about a quarter.
  TALLY_FACE_TEMPERATURE: z.coerce.number().positive().max(100).default(4),
  // Half is the detection model's own threshold.
  TALLY_FACE_CONFIDENCE: z.coerce.number().min(0.05).max(1).default(0.5),
  TALLY_FACE_WORKERS: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(() => availableParallelism()),
  TALLY_FACE_QUEUE: z.coerce.number().int().min(0).max(10_000).default(64),
  TALLY_FACE_ALLOW_HOSTS: allowedHostsSchema,
});

export interface Settings {
  readonly key: string;
  readonly temperature: number;
  readonly confidence: number;
  readonly workers: number;
  readonly queueLimit: number;
  readonly allowHosts: ReadonlySet<string>;
}

/**
 * Reads the settings of this service. An empty value counts as absent, as for app settings that are blank.
 * @throws Error that names every missing or wrong variable
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path[0]?.toString()}: ${message}`);
    // On one line: the Functions host takes each further line of an error for an entry of its own, at the
    // level of information.
    throw new Error(`The face service can't start with these settings: ${problems.join('; ')}`);
  }
  return {
    key: parsed.data.FACE_KEY,
    temperature: parsed.data.TALLY_FACE_TEMPERATURE,
    confidence: parsed.data.TALLY_FACE_CONFIDENCE,
    workers: parsed.data.TALLY_FACE_WORKERS,
    queueLimit: parsed.data.TALLY_FACE_QUEUE,
    allowHosts: parsed.data.TALLY_FACE_ALLOW_HOSTS,
  };
}
