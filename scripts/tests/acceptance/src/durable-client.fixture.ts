import { InvocationContext } from '@azure/functions';
import { type CheckStatus, checkStatusSchema } from '@tally/api';
import { type DurableClient, getClient, input } from 'durable-functions';

/** Replaces an instance's id in the addresses. The client puts the id in its place. */
const PLACEHOLDER = 'INSTANCEID';
const gated = { urls: ['https://photos.example/a.jpg'], approval: { timeout: 'PT1H' } };

/** The addresses by which a client of Durable Functions finds the system. */
export interface DurableAddresses {
  /** Starts a run: the template that the client has instead of its own URL. */
  readonly createUri: string;
  readonly startUri: string;
  /** With a base URL the client makes its addresses itself. */
  readonly rpcBaseUrl?: string;
}

/**
 * The client of the npm package `durable-functions` as a function's binding makes it, with the addresses of
 * this system. The addresses for management come from the answer to a start, with a placeholder for the id.
 */
export async function durableClientOf({ createUri, startUri, rpcBaseUrl }: DurableAddresses): Promise<DurableClient> {
  const response = await fetch(startUri.replace('{id}', PLACEHOLDER), { method: 'POST', body: JSON.stringify(gated) });
  const managementUrls: CheckStatus = checkStatusSchema.parse(await response.json());
  await fetch(managementUrls.terminatePostUri, { method: 'POST' });
  const client = input.durableClient();
  const context = new InvocationContext({ options: { extraInputs: [client] } });
  context.extraInputs.set(client, {
    taskHubName: 'Tally',
    creationUrls: { createNewInstancePostUri: createUri },
    managementUrls,
    rpcBaseUrl,
  });
  return getClient(context);
}
