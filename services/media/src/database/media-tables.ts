/** The tables of the media pipeline. */
export const mediaTables = {
  /** One row per file of the library. */
  catalogue: 'mediafiles',
  /** A permanent record of the files taken in: rows are only added. */
  audit: 'mediaaudit',
} as const;
