/** The tables of the media pipeline. */
export const mediaTables = {
  /** A row a file of the library. */
  catalogue: 'mediafiles',
  /** What was taken in, for good: rows are only ever added. */
  audit: 'mediaaudit',
} as const;
