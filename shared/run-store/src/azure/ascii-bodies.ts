import type { TableClient } from '@azure/data-tables';

/**
 * Sends rows as JSON in plain ASCII, which means the same and is stored the same. The emulator decodes a
 * request piece by piece as it arrives. A character of several bytes that is split between two pieces would
 * come out broken.
 */
export function sendAscii(client: TableClient): TableClient {
  client.pipeline.addPolicy(
    {
      name: 'tallyAsciiBodies',
      sendRequest: (request, next) => {
        if (typeof request.body === 'string') request.body = toAsciiJson(request.body);
        return next(request);
      },
    },
    // After the row has become text, before its length is taken for the signature.
    { phase: 'Serialize', afterPolicies: ['serializationPolicy'] },
  );
  return client;
}

/** @param body JSON, or a transaction of JSON bodies: all that isn't ASCII is inside a string */
export function toAsciiJson(body: string): string {
  return body.replaceAll(/[^\0-\x7f]/g, (char) =>
    Array.from({ length: char.length }, (_, unit) => `\\u${char.charCodeAt(unit).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  );
}
