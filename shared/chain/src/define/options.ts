import type { Fold, RepairPolicy } from '@tally/contracts';
import type { z } from 'zod';
import type { StartForm } from '../graph/index.ts';
import type { Duration } from '../handlers/index.ts';
import type { ChainSizing, QueueListening } from '../listening.ts';
import type { JsonLike } from './json-like.ts';

/** What all of a chain says, before its nodes. */
export interface ChainHead<I extends JsonLike, D extends string> {
  readonly name: string;
  readonly version: number;
  readonly input: z.ZodType<I>;
  /** How callers write the input, with the options of the run beside it. Left out: as it is, and the options stand in the query. */
  readonly startForm?: StartForm<FormFields<NoInfer<I>>>;
  /** The Functions app of nodes that name none. */
  readonly app: D;
  /** How apps listen to their queues, where they don't do it as usual. */
  readonly listening?: { readonly [app: string]: Partial<QueueListening> };
}

type FormFields<I> = { readonly [Field in keyof I]-?: z.ZodType<I[Field]> };

/** How a failed try is tried again: pauses double from the first one to the longest. */
export interface RetryOptions {
  readonly attempts: number;
  readonly first: Duration;
  /** Left out: every pause is as long as the first. */
  readonly max?: Duration;
}

export type OnFailure = 'fail' | 'continue';

/** What any node may say. */
export interface NodeOptions<F extends OnFailure> {
  /** One line, for pictures and lists. */
  readonly does?: string;
  /** `continue`: its failure or time-out doesn't fail the run; those behind it see it. */
  readonly onFailure?: F;
}

interface WorkedOnOptions<R extends JsonLike, A extends string> {
  /** A handler's result is held against it. */
  readonly result: z.ZodType<R>;
  /** Default: the chain's app. */
  readonly app?: A;
  /** Default `<chain>-<node>`. */
  readonly queue?: string;
  readonly retry?: RetryOptions;
}

export interface TaskOptions<S, P extends JsonLike, R extends JsonLike, A extends string>
  extends WorkedOnOptions<R, A> {
  /** Called once, when the node opens; what it gives is kept. Left out: the run's input. */
  readonly input?: (seen: S) => P;
  /** Longest time of one try, default a minute. */
  readonly timeout?: Duration;
  /** Longest time of it all, tries, pauses and calls again together. */
  readonly within?: Duration;
}

export interface ClosingOptions<S, P extends JsonLike, R extends JsonLike, A extends string>
  extends TaskOptions<S, P, R, A> {
  readonly does?: string;
  readonly when?: (seen: S) => boolean;
}

/** A map but for where its items come from. */
export interface ItemOptions<Item extends JsonLike, R extends JsonLike, Folded extends JsonLike, A extends string>
  extends WorkedOnOptions<R, A> {
  readonly item: z.ZodType<Item>;
  /** An item as a message's note names it to a person. Queues are read by many: never a secret. */
  readonly label?: (item: NoInfer<Item>) => string;
  /** Left out: null. */
  readonly fold?: Fold<NoInfer<Item>, NoInfer<R>, NoInfer<Folded>> & { readonly schema: z.ZodType<Folded> };
  /** Failed items that don't fail the node: both hold where both stand. Left out: all but all of them. */
  readonly tolerate?: { readonly count?: number; readonly percentage?: number };
  /** Items in work at once. */
  readonly window?: number;
  readonly maxItems?: number;
  readonly repair?: Partial<RepairPolicy>;
  readonly sizing?: Partial<ChainSizing>;
  /** The items' column in a chunk's row. */
  readonly column?: string;
}

export interface MapOptions<S, Item extends JsonLike, R extends JsonLike, Folded extends JsonLike, A extends string>
  extends ItemOptions<Item, R, Folded, A> {
  readonly items: (seen: S) => readonly NoInfer<Item>[];
}

export interface WaitOptions<S, E extends JsonLike> {
  readonly event: string;
  /** A raised event is held against it, and refused where it doesn't fit. */
  readonly payload: z.ZodType<E>;
  /** Left out, or a function that gives undefined: as long as it takes. */
  readonly timeout?: Duration | ((seen: S) => Duration | undefined);
}

export type SleepOptions<S> =
  | { readonly for: Duration; readonly until?: undefined }
  /** ISO 8601. */
  | { readonly until: (seen: S) => string; readonly for?: undefined };
