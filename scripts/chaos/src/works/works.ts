/** The apps of the two chains whose work is more than a call to the Face endpoint. */
export type WorkApp = 'orders' | 'media';

/** What stands in the place of orders and media. */
export interface Works {
  /** The folder of the built app, and what its environment says beside the storage. */
  appOf(app: WorkApp): Promise<{ readonly appDir: string; readonly env: Readonly<Record<string, string>> }>;
  /** How many pieces of work are under way. */
  atOnce(): number;
}
