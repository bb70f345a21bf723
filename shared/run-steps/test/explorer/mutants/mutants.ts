import { ledgerMutants } from './ledger-mutants.ts';
import type { Mutant } from './mutant.ts';
import { nodeMutants } from './node-mutants.ts';
import { repairMutants } from './repair-mutants.ts';
import { runMutants } from './run-mutants.ts';
import { timeMutants } from './time-mutants.ts';

/** The absence of each rule must show. */
export const mutants: readonly Mutant[] = [
  ...ledgerMutants,
  ...repairMutants,
  ...runMutants,
  ...nodeMutants,
  ...timeMutants,
];
