/** How often each property is tried; raise it for a long soak. */
const RUNS = Number(process.env['TALLY_PROPERTY_RUNS'] ?? 250);
/** Fixed, so that a red build is red again; a failure prints it with the path to the counterexample. */
export const SEED = Number(process.env['TALLY_PROPERTY_SEED'] ?? 20_261_123);

export const bounds = { numRuns: RUNS, seed: SEED };
