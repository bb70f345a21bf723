/** How queues, tables and blobs are reached: by a connection string, or by an identity that has the data roles. */
export type StorageConnection =
  | { readonly kind: 'connectionString'; readonly value: string }
  | {
      readonly kind: 'identity';
      readonly tableServiceUri: string;
      readonly queueServiceUri: string;
      /** Only where an app uses blobs. */
      readonly blobServiceUri?: string | undefined;
      /** Of a user-assigned managed identity; absent: whoever the environment says we are. */
      readonly clientId?: string | undefined;
    };

/**
 * Whether the account's service speaks http without TLS, as an emulator does: its connection string says so in the endpoint, or by a shorthand for it.
 */
export function isPlainHttp(connectionString: string, service: 'Blob' | 'Queue' | 'Table'): boolean {
  const words = [`${service}Endpoint=http:`, 'UseDevelopmentStorage=true', 'DefaultEndpointsProtocol=http(?:;|$)'];
  return new RegExp(words.join('|'), 'i').test(connectionString);
}
