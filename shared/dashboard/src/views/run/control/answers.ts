import type { GraphNode } from '@tally/api';
import { isRecord } from '../happiness.ts';

/** A payload that answers what a run waits for, with the text of its button. */
export interface Answer {
  readonly word: string;
  readonly payload: string | boolean;
  readonly isBad: boolean;
}

/** Maximum number of answers offered as buttons. With more choices, the user types the answer. */
const MOST = 5;
const NO = /reject|deny|denied|declin|refuse|cancel|^no$/i;

/** Tells whether the answering event may contain a reason beside yes or no. */
export function takesReason({ payload }: Pick<GraphNode, 'payload'>): boolean {
  const choices: readonly unknown[] = Array.isArray(payload?.['anyOf']) ? payload['anyOf'] : [];
  return choices.some(
    (schema) =>
      isRecord(schema) &&
      isRecord(schema['properties']) &&
      'approved' in schema['properties'] &&
      'reason' in schema['properties'],
  );
}

/** The possible payloads of an event, if they are a few words, or yes and no. */
export function answersOf({ payload }: Pick<GraphNode, 'payload'>): Answer[] {
  if (payload === undefined) return [];
  const words: unknown = payload['enum'];
  if (Array.isArray(words) && words.length <= MOST && words.every((word) => typeof word === 'string'))
    return words.map((word) => ({ word, payload: word, isBad: NO.test(word) }));
  const choices: readonly unknown[] = Array.isArray(payload['anyOf']) ? payload['anyOf'] : [];
  const takesBoolean = [payload, ...choices].some((schema) => isRecord(schema) && schema['type'] === 'boolean');
  if (!takesBoolean) return [];
  return [
    { word: 'Approve', payload: true, isBad: false },
    { word: 'Reject', payload: false, isBad: true },
  ];
}
