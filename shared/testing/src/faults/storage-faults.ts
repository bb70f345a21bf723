import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Disturbance, StorageResponse } from '../disturbance.ts';
import type { StorageRequest } from '../storage-request.ts';
import type { FaultLog } from './fault-log.ts';
import { drawByRate, type SeededChance, seededChance } from './seeded-chance.ts';

/**
 * What can go wrong between a client and its storage. `after`: the operation has taken effect, and the client
 * doesn't know it.
 */
export const storageFaults = [
  '503 before',
  '503 after',
  '500 before',
  '500 after',
  'reset before',
  'reset after',
  'delay',
  'message twice',
  'message lost',
] as const;
export type StorageFault = (typeof storageFaults)[number];

export interface StorageFaultOptions {
  readonly seed: number;
  /**
   * How many of a thousand requests meet the fault. For faults of messages: of a thousand messages that are
   * put.
   */
  readonly rates: Readonly<Partial<Record<StorageFault, number>>>;
  readonly log: FaultLog;
  /** The longest delay. It is shorter than the clients' time-outs, so that a delayed answer still arrives. */
  readonly maxDelayMs?: number;
}

/**
 * Faults from a seed: the n-th request of a kind (operation and queue or table) meets the same fault each
 * time the seed is used.
 */
export function injectStorageFaults({ seed, rates, log, maxDelayMs = 300 }: StorageFaultOptions): Disturbance {
  const chances = new Map<string, SeededChance>();
  const { 'message twice': twice = 0, 'message lost': lost = 0, ...others } = rates;
  return async (request, forward) => {
    const name = `${request.operation} ${request.target}`;
    const chance = chances.get(name) ?? seededChance(seed, name);
    chances.set(name, chance);
    const fault = drawByRate<StorageFault>(
      chance,
      request.operation === 'PutMessage' ? { ...others, 'message twice': twice, 'message lost': lost } : others,
    );
    if (fault === undefined) return await forward();
    return await meetFault(fault, request, forward, () => log.add(fault), chance.draw(maxDelayMs));
  };
}

async function meetFault(
  fault: StorageFault,
  request: StorageRequest,
  forward: () => Promise<StorageResponse>,
  note: () => void,
  delayMs: number,
): Promise<StorageResponse | 'reset'> {
  switch (fault) {
    case '503 before':
      note();
      return failure(request, 503, 'ServerBusy');
    case '500 before':
      note();
      return failure(request, 500, 'InternalError');
    case 'reset before':
      note();
      return 'reset';
    case '503 after':
      return await afterEffect(forward, note, failure(request, 503, 'ServerBusy'));
    case '500 after':
      return await afterEffect(forward, note, failure(request, 500, 'OperationTimedOut'));
    case 'reset after':
      return await afterEffect(forward, note, 'reset');
    case 'delay':
      note();
      await sleep(delayMs);
      return await forward();
    case 'message twice': {
      const answer = await forward();
      if ((await forward()).status === 201) note();
      return answer;
    }
    case 'message lost':
      note();
      return accepted();
  }
}

/** A storage that answers every request with 503, busy. */
export const storageBusy: Disturbance = async (request) => failure(request, 503, 'ServerBusy');

/** Does the operation. If it has taken effect, the client is told something else. */
async function afterEffect(
  forward: () => Promise<StorageResponse>,
  note: () => void,
  told: StorageResponse | 'reset',
): Promise<StorageResponse | 'reset'> {
  const answer = await forward();
  if (answer.status >= 300) return answer;
  note();
  return told;
}

/** An error in the format of the service that was asked. */
function failure({ service }: StorageRequest, status: number, code: string): StorageResponse {
  const body =
    service === 'queue'
      ? `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>The test has said so.</Message></Error>`
      : JSON.stringify({ 'odata.error': { code, message: { lang: 'en-US', value: 'The test has said so.' } } });
  const type = service === 'queue' ? 'application/xml' : 'application/json';
  return response(status, body, ['Content-Type', type, 'x-ms-error-code', code]);
}

/** The queue service's answer when it has accepted a message. */
function accepted(): StorageResponse {
  const at = new Date().toUTCString();
  const message =
    `<MessageId>${randomUUID()}</MessageId><InsertionTime>${at}</InsertionTime><ExpirationTime>${at}</ExpirationTime>` +
    `<PopReceipt>none</PopReceipt><TimeNextVisible>${at}</TimeNextVisible>`;
  const body = `<?xml version="1.0" encoding="utf-8"?><QueueMessagesList><QueueMessage>${message}</QueueMessage></QueueMessagesList>`;
  return response(201, body, ['Content-Type', 'application/xml']);
}

function response(status: number, text: string, headers: readonly string[]): StorageResponse {
  const body = Buffer.from(text);
  const common = ['x-ms-request-id', randomUUID(), 'x-ms-version', '2025-07-05', 'Content-Length', String(body.length)];
  return { status, rawHeaders: [...headers, ...common], body };
}
