/**
 * How to reach queues, tables and blobs: with a connection string, or with an identity that has the data
 * roles.
 */
export type StorageConnection =
  | { readonly kind: 'connectionString'; readonly value: string }
  | {
      readonly kind: 'identity';
      readonly tableServiceUri: string;
      readonly queueServiceUri: string;
      /** Only for an app that uses blobs. */
      readonly blobServiceUri?: string | undefined;
      /**
       * The client id of a user-assigned managed identity. Absent: the identity that the environment
       * provides.
       */
      readonly clientId?: string | undefined;
    };

/**
 * Whether the account's service speaks http without TLS, as an emulator does. Its connection string says so
 * in the endpoint, or with a shorthand for it.
 */
export function isPlainHttp(connectionString: string, service: 'Blob' | 'Queue' | 'Table'): boolean {
  const words = [`${service}Endpoint=http:`, 'UseDevelopmentStorage=true', 'DefaultEndpointsProtocol=http(?:;|$)'];
  return new RegExp(words.join('|'), 'i').test(connectionString);
}
