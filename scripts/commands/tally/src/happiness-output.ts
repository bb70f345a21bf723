import * as z from 'zod';

const count = z.int().min(0);
const extreme = z.object({ index: count }).nullable();

/** The parts that are shown of the result of a run over photos. */
const happinessOutputSchema = z.object({
  min_val: z.number().nullable(),
  max_val: z.number().nullable(),
  mean: z.number().nullable(),
  faces: count,
  images: z.object({ total: count, failed: count, noFace: count }),
  happiest: extreme,
  saddest: extreme,
});
export type HappinessOutput = z.infer<typeof happinessOutputSchema>;

/** Null: the result belongs to another chain, or there is none. */
export function readHappiness(output: unknown): HappinessOutput | null {
  return happinessOutputSchema.safeParse(output).data ?? null;
}
