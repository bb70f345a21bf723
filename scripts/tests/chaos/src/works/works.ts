/** The apps of the two chains whose work is more than a call to the Face endpoint. */
export type WorkApp = 'orders' | 'media';

/** The apps that stand in for orders and media. */
export interface Works {
  /** The folder of the built app, and its environment variables besides the storage. */
  appOf(app: WorkApp): Promise<{ readonly appDir: string; readonly env: Readonly<Record<string, string>> }>;
  /** How many pieces of work are in progress. */
  atOnce(): number;
}
