/** How queues and tables are reached: by a connection string, or by an identity that has the data roles. */
export type StorageConnection =
  | { readonly kind: 'connectionString'; readonly value: string }
  | {
      readonly kind: 'identity';
      readonly tableServiceUri: string;
      readonly queueServiceUri: string;
      /** Of a user-assigned managed identity; absent: whoever the environment says we are. */
      readonly clientId?: string | undefined;
    };

/**
 * Whether the account's service speaks http without TLS, as an emulator does: its connection string says so in the endpoint, or by a shorthand for it.
 */
export function isPlainHttp(connectionString: string, service: 'Queue' | 'Table'): boolean {
  const words = [`${service}Endpoint=http:`, 'UseDevelopmentStorage=true', 'DefaultEndpointsProtocol=http(?:;|$)'];
  return new RegExp(words.join('|'), 'i').test(connectionString);
}
