import type { RepairPolicy, StagePolicy } from '@tally/contracts';
import type { GateVerdict } from '../../src/index.ts';
import { decideShard } from '../../src/index.ts';
import { type Folded, type Item, policy, type Setting } from '../counting-chain.ts';
import { type MutantName, mutants } from '../mutants.ts';
import { type Rules, soundRules } from '../rules.ts';
import type { Budget } from './state.ts';

/** What is explored: a run, who is at work on it, and what may go wrong or be asked for, and how often. */
export interface Configuration {
  readonly name: string;
  readonly setting: Setting;
  /** `start`: from the caller's request on. `started`: from where the run is Running and its first message is out. */
  readonly from: 'start' | 'started';
  /** How many messages are worked on at once, and how many others are handled. */
  readonly workers: number;
  readonly collectors: number;
  /** Passes of the watchdog at once; 0: none ever, so that the run must come to its end by its messages alone. */
  readonly watchdogs: number;
  /** How many callers are under way at once; absent: one. Who purges is another. */
  readonly callers?: number;
  readonly budgets: Readonly<Partial<Record<Budget, number>>>;
  /** The window, in items, that a caller sets; absent: the one that it is. */
  readonly narrowedTo?: number;
  /** Whether the gate's time is never over, so that its event must end the run. */
  readonly waitsForever?: boolean;
  /** What the gate's event says. */
  readonly verdict?: GateVerdict;
  /** Messages that the run may take at most (I4): counted, so that a second chain of them is seen. */
  readonly limits?: { readonly work: number; readonly collect: number };
}

export interface Model {
  readonly configuration: Configuration;
  readonly rules: Rules;
}

/** After so many deliveries that come to nothing a message is poisoned; five in the product. */
export const MAX_DELIVERIES = 2;

/** Fewer repairs and tries than in the product, so that their whole course is explored: one repair whole, one item by item, then given up. */
const repair: RepairPolicy = { ...policy.repair, wholeSends: 1, maxSends: 2 };
export const smallPolicy: StagePolicy<Item, number, Folded> = {
  ...policy,
  retry: { ...policy.retry, maxAttempts: 2 },
  repair,
};

/** The real core, under the small policy; or one of the deliberately broken ones. */
export function modelOf(configuration: Configuration, mutant: MutantName | null = null): Model {
  const sound: Rules = {
    ...soundRules,
    decideShard: (state, event, now) => decideShard(state, event, smallPolicy, now),
  };
  const broken: ((rules: Rules) => Rules) | null = mutant === null ? null : mutants[mutant];
  return { configuration, rules: broken === null ? sound : broken(sound) };
}
