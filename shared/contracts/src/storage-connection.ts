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
