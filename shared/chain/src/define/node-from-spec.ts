import type { Fold, Json } from '@tally/contracts';
import * as z from 'zod';
import type {
  ChainDefinition,
  ChildDefinition,
  ClosingDefinition,
  MapDefinition,
  Seen,
  StartForm,
  TaskDefinition,
  WaitDefinition,
} from '../graph/index.ts';
import { type Duration, durationMs } from '../handlers/index.ts';
import {
  USUAL_COLUMN,
  USUAL_MAX_ITEMS,
  USUAL_REPAIR,
  USUAL_RETRY,
  USUAL_SIZING,
  USUAL_TIMEOUT_MS,
  USUAL_WINDOW_ITEMS,
} from './defaults.ts';
import { InvalidChainError } from './invalid-chain.ts';
import type {
  ChainHead,
  ItemOptions,
  NodeOptions,
  OnFailure,
  RetryOptions,
  SleepOptions,
  TaskOptions,
  WaitOptions,
} from './options.ts';

/** The builder's options, without the types of one chain. */
export type AnyHead = Omit<ChainHead<Json, string>, 'startForm'> & { readonly startForm?: StartForm };
export interface Opening extends NodeOptions<OnFailure> {
  readonly after?: readonly string[];
  readonly when?: (seen: Seen) => boolean;
}
export type TaskSpec = Opening & TaskOptions<Seen, Json, Json, string>;
export type ItemSpec = Opening & ItemOptions<Json, Json, Json, string>;
export type MapSpec = ItemSpec & { readonly items: (seen: Seen) => readonly Json[] };
export type WaitSpec = Opening & WaitOptions<Seen, Json>;
export type SleepSpec = Opening & SleepOptions<Seen>;
export type ChildSpec = Opening & {
  readonly chain: { readonly definition: ChainDefinition };
  readonly input: (seen: Seen) => Json;
};

export function taskFrom(head: AnyHead, name: string, spec: TaskSpec): TaskDefinition {
  return { ...openingOf(name, spec), ...taskWorkOf(head, name, spec) };
}

export function closingFrom(
  head: AnyHead,
  closing: ClosingDefinition['closing'],
  name: string,
  spec: TaskSpec,
): ClosingDefinition {
  return {
    name,
    closing,
    ...(spec.does === undefined ? {} : { does: spec.does }),
    ...(spec.when === undefined ? {} : { when: spec.when }),
    ...taskWorkOf(head, name, spec),
  };
}

export function mapFrom(head: AnyHead, name: string, spec: MapSpec): MapDefinition {
  return {
    kind: 'map',
    ...openingOf(name, spec),
    ...workedOn(head, name, spec),
    item: spec.item,
    items: spec.items,
    ...(spec.label === undefined ? {} : { label: spec.label }),
    result: spec.result,
    fold: spec.fold ?? NO_FOLD,
    repair: { ...USUAL_REPAIR, ...spec.repair },
    sizing: { ...USUAL_SIZING, ...spec.sizing },
    windowItems: spec.window ?? USUAL_WINDOW_ITEMS,
    ...(spec.tolerate === undefined ? {} : { tolerance: spec.tolerate }),
    maxItems: spec.maxItems ?? USUAL_MAX_ITEMS,
    column: spec.column ?? USUAL_COLUMN,
  };
}

export function waitFrom(head: AnyHead, name: string, spec: WaitSpec): WaitDefinition {
  const { event, payload, timeout } = spec;
  const inMs = (text: Duration) => durationIn(head, name, 'timeout', text);
  const timeoutMs =
    typeof timeout !== 'function'
      ? timeout && inMs(timeout)
      : (seen: Seen) => {
          const text = timeout(seen);
          return text === undefined ? undefined : inMs(text);
        };
  const until = { type: 'event', event, payload, ...(timeoutMs === undefined ? {} : { timeoutMs }) } as const;
  return { kind: 'wait', ...openingOf(name, spec), until };
}

export function sleepFrom(head: AnyHead, name: string, spec: SleepSpec): WaitDefinition {
  const until =
    spec.for === undefined
      ? ({ type: 'instant', at: spec.until } as const)
      : ({ type: 'delay', ms: durationIn(head, name, 'for', spec.for) } as const);
  return { kind: 'wait', ...openingOf(name, spec), until };
}

export function childFrom(name: string, spec: ChildSpec): ChildDefinition {
  const { name: chain, version } = spec.chain.definition;
  return { kind: 'child', ...openingOf(name, spec), chain, version, input: spec.input };
}

function openingOf(name: string, { after = [], does, when, onFailure = 'fail' }: Opening) {
  return { name, after, onFailure, ...(does === undefined ? {} : { does }), ...(when === undefined ? {} : { when }) };
}

function taskWorkOf(head: AnyHead, name: string, spec: TaskSpec) {
  return {
    kind: 'task',
    ...workedOn(head, name, spec),
    result: spec.result,
    ...(spec.input === undefined ? {} : { input: spec.input }),
    timeoutMs: spec.timeout === undefined ? USUAL_TIMEOUT_MS : durationIn(head, name, 'timeout', spec.timeout),
    ...(spec.within === undefined ? {} : { withinMs: durationIn(head, name, 'within', spec.within) }),
    repair: { maxSends: USUAL_REPAIR.maxSends },
  } as const;
}

function workedOn(head: AnyHead, name: string, { app, queue, retry }: Pick<TaskSpec, 'app' | 'queue' | 'retry'>) {
  return {
    app: app ?? head.app,
    queue: queue ?? `${head.name}-${name}`,
    retry: retry === undefined ? USUAL_RETRY : retryOf(head, name, retry),
  };
}

function retryOf(head: AnyHead, node: string, { attempts, first, max = first }: RetryOptions) {
  return {
    maxAttempts: attempts,
    firstDelayMs: durationIn(head, node, 'retry.first', first),
    maxDelayMs: durationIn(head, node, 'retry.max', max),
  };
}

function durationIn(head: AnyHead, node: string, option: string, text: Duration): number {
  try {
    return durationMs(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidChainError(head.name, node, `${option}: ${reason}`, { cause: error });
  }
}

const NO_FOLD: Fold & { readonly schema: z.ZodType<Json> } = {
  schema: z.null(),
  empty: null,
  add: () => null,
  merge: () => null,
};
