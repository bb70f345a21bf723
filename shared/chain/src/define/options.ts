import type { Fold, RepairPolicy } from '@tally/contracts';
import type * as z from 'zod';
import type { StartForm } from '../graph/index.ts';
import type { Duration } from '../handlers/index.ts';
import type { ChainSizing, QueueListening } from '../listening.ts';
import type { JsonLike } from './json-like.ts';

/** The options of a chain, before its nodes. */
export interface ChainHead<I extends JsonLike, D extends string> {
  readonly name: string;
  readonly version: number;
  readonly input: z.ZodType<I>;
  /**
   * How callers write the input, with the options of the run beside it. Absent: they write the input as it
   * is, and the options are in the query.
   */
  readonly startForm?: StartForm<FormFields<NoInfer<I>>>;
  /** The Functions app of nodes that name none. */
  readonly app: D;
  /** How apps listen to their queues, where that differs from the default. */
  readonly listening?: { readonly [app: string]: Partial<QueueListening> };
}

type FormFields<I> = { readonly [Field in keyof I]-?: z.ZodType<I[Field]> };

/** How a failed try is repeated: pauses double from the first to the longest. */
export interface RetryOptions {
  readonly attempts: number;
  readonly first: Duration;
  /** Absent: every pause is as long as the first. */
  readonly max?: Duration;
}

export type OnFailure = 'fail' | 'continue';

/** The options of any node. */
export interface NodeOptions<F extends OnFailure> {
  /** One line, for pictures and lists. */
  readonly does?: string;
  /** `continue`: its failure or time-out doesn't fail the run, and the nodes behind it see it. */
  readonly onFailure?: F;
}

interface WorkedOnOptions<R extends JsonLike, A extends string> {
  /** A handler's result is checked with it. */
  readonly result: z.ZodType<R>;
  /** Default: the chain's app. */
  readonly app?: A;
  /** Default `<chain>-<node>`. */
  readonly queue?: string;
  readonly retry?: RetryOptions;
}

export interface TaskOptions<S, P extends JsonLike, R extends JsonLike, A extends string>
  extends WorkedOnOptions<R, A> {
  /** Called once, when the node opens. Its result is stored. Absent: the run's input. */
  readonly input?: (seen: S) => P;
  /** The longest time for one try, default one minute. */
  readonly timeout?: Duration;
  /** The longest time for everything: tries, pauses and repeated calls together. */
  readonly within?: Duration;
}

export interface ClosingOptions<S, P extends JsonLike, R extends JsonLike, A extends string>
  extends TaskOptions<S, P, R, A> {
  readonly does?: string;
  readonly when?: (seen: S) => boolean;
}

/** The options of a map, except where its items come from. */
export interface ItemOptions<Item extends JsonLike, R extends JsonLike, Folded extends JsonLike, A extends string>
  extends WorkedOnOptions<R, A> {
  readonly item: z.ZodType<Item>;
  /**
   * The name of an item for people, in a message's note. Many people can read queues, so it must hold no
   * secret.
   */
  readonly label?: (item: NoInfer<Item>) => string;
  /** Absent: null. */
  readonly fold?: Fold<NoInfer<Item>, NoInfer<R>, NoInfer<Folded>> & { readonly schema: z.ZodType<Folded> };
  /**
   * How many items may fail without failing the node. If both are given, both must hold. Absent: any number,
   * unless all of them fail.
   */
  readonly tolerate?: { readonly count?: number; readonly percentage?: number };
  /** The number of items in work at once. */
  readonly window?: number;
  readonly maxItems?: number;
  readonly repair?: Partial<RepairPolicy>;
  readonly sizing?: Partial<ChainSizing>;
  /** The column for the items in a chunk's row. */
  readonly column?: string;
}

export interface MapOptions<S, Item extends JsonLike, R extends JsonLike, Folded extends JsonLike, A extends string>
  extends ItemOptions<Item, R, Folded, A> {
  readonly items: (seen: S) => readonly NoInfer<Item>[];
}

export interface WaitOptions<S, E extends JsonLike> {
  readonly event: string;
  /** A raised event is checked with it, and refused if it doesn't match. */
  readonly payload: z.ZodType<E>;
  /** Absent, or a function that returns undefined: no time limit. */
  readonly timeout?: Duration | ((seen: S) => Duration | undefined);
}

export type SleepOptions<S> =
  | { readonly for: Duration; readonly until?: undefined }
  /** ISO 8601. */
  | { readonly until: (seen: S) => string; readonly for?: undefined };
