/** The containers of Tally's blobs. */
export const containers = {
  /** Files that runs make; a purge removes them with their run. */
  runs: 'runs',
  /** What was checked and taken in for good. */
  library: 'library',
  /** What callers bring, before anything is known of it. */
  uploads: 'uploads',
} as const;
