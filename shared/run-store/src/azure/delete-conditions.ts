import { AsyncLocalStorage } from 'node:async_hooks';
import type { TableClient } from '@azure/data-tables';

type PipelinePolicy = Parameters<TableClient['pipeline']['addPolicy']>[0];

/** The ETags of the deletes of the transaction that is being sent, in their order. */
const sending = new AsyncLocalStorage<readonly string[]>();

/**
 * I8: makes the deletes of a transaction conditional. The client library takes no ETag for a delete within a
 * transaction; it writes `If-Match: *`. This puts the ETags in before the request leaves.
 */
export function addDeleteConditions(client: TableClient): TableClient {
  const policy: PipelinePolicy = {
    name: 'tallyDeleteConditions',
    sendRequest: (request, next) => {
      const etags = sending.getStore();
      if (etags !== undefined && typeof request.body === 'string') request.body = conditionDeletes(request.body, etags);
      return next(request);
    },
  };
  // In this phase, because the body's length is taken after it, for the signature.
  client.pipeline.addPolicy(policy, { phase: 'Serialize' });
  return client;
}

/** Runs `send`, whose transaction's deletes hold only for these versions of their rows. */
export function withDeleteConditions<Value>(etags: readonly string[], send: () => Promise<Value>): Promise<Value> {
  return etags.length === 0 ? send() : sending.run(etags, send);
}

/**
 * @param body of a transaction. A line that begins with DELETE is a request line: in the rows' JSON every
 * line break is escaped
 * @throws Error where the body hasn't as many unconditional deletes as there are ETags, rather than delete
 * without condition
 */
export function conditionDeletes(body: string, etags: readonly string[]): string {
  let deletes = 0;
  const conditional = body.replaceAll(
    /^(DELETE [^\r\n]+\r?\n(?:[^\r\n]+\r?\n)*?if-match: )\*(?=\r?\n)/gim,
    (whole, head: string) => {
      const etag = etags[deletes];
      deletes += 1;
      return etag === undefined ? whole : `${head}${etag}`;
    },
  );
  if (deletes !== etags.length) throw new Error(`found ${deletes} deletes in a transaction of ${etags.length}`);
  return conditional;
}
