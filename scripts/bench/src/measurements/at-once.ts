/** As detect has out by default (`TALLY_FACE_CONCURRENCY`). */
export const DETECT_AT_ONCE = 32;
