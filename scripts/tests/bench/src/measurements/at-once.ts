/** How many calls detect makes at once by default (`TALLY_FACE_CONCURRENCY`). */
export const DETECT_AT_ONCE = 32;
