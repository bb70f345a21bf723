import type { TypedData } from './functions-core.ts';
import type { ReceivedMessage } from './storage-queue.ts';

export type MessageEncoding = 'base64' | 'none';

/** Base64 as .NET reads it: white space is skipped, and the padding must be correct. */
const base64Pattern = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * The bytes of a stored text, or undefined if it isn't in the app's encoding (rule 13). With `none` every
 * text is valid.
 */
export function decodeText(text: string, encoding: MessageEncoding): Buffer | undefined {
  if (encoding === 'none') return Buffer.from(text, 'utf8');
  const compact = text.replace(/[ \t\r\n]/g, '');
  return base64Pattern.test(compact) ? Buffer.from(compact, 'base64') : undefined;
}

/**
 * What the function receives: the body as text, or as bytes if its trigger says `dataType: 'binary'` (rule
 * 14).
 * @throws TypeError when the bytes are not UTF-8: the invocation fails
 */
export function bodyData(body: Buffer, dataType: string | undefined): TypedData {
  if (dataType === 'binary') return { bytes: body };
  return { string: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body) };
}

/**
 * The trigger metadata of a message (rule 14): what the queue knows about the message. Every property of a
 * JSON body that is neither null nor an array overwrites it. Names ignore case.
 */
export function triggerMetadata(message: ReceivedMessage, body: TypedData): Record<string, TypedData> {
  const metadata = new Map<string, [string, TypedData]>();
  const set = (name: string, data: TypedData) => metadata.set(name.toLowerCase(), [name, data]);
  const json = (value: unknown): TypedData => ({ json: JSON.stringify(value) });
  set('QueueTrigger', body);
  set('DequeueCount', json(message.dequeueCount));
  set('ExpirationTime', json(message.expiresOn));
  set('Id', { string: message.id });
  set('InsertionTime', json(message.insertedOn));
  set('NextVisibleTime', json(message.nextVisibleOn));
  set('PopReceipt', { string: message.popReceipt });
  for (const [name, value] of Object.entries(bodyProperties(body))) {
    if (value === null || Array.isArray(value)) continue;
    set(name, typeof value === 'string' ? { string: value } : json(value));
  }
  return Object.fromEntries(metadata.values());
}

function bodyProperties(body: TypedData): object {
  if (!('string' in body)) return {};
  try {
    const parsed: unknown = JSON.parse(body.string);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
