/**
 * How many failed items a map node bears before it is failed. Where one of the two is given it alone decides; without, a node fails that has no good item
 * (settled join).
 */
export interface Tolerance {
  readonly count?: number | undefined;
  /** 0 to 100, of all items. */
  readonly percentage?: number | undefined;
}

export interface RunFailure {
  readonly code: string;
  readonly message: string;
}
