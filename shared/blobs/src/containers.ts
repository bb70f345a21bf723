/** The containers of Tally's blobs. */
export const containers = {
  /** Files that runs make. A purge deletes them with their run. */
  runs: 'runs',
  /** Files that were checked and taken in permanently. */
  library: 'library',
  /** Files that callers upload, before they are checked. */
  uploads: 'uploads',
} as const;
