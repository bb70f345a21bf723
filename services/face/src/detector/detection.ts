/** The expression model's classes, in the order of its outputs. */
export const expressionNames = ['neutral', 'happy', 'sad', 'angry', 'fearful', 'disgusted', 'surprised'] as const;

/** The share of each expression, 0..1, 1 in sum. */
export type Expression = Readonly<Record<(typeof expressionNames)[number], number>>;

/** Integer pixels of the upright image (EXIF rotation applied), always inside it. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface DetectedFace {
  readonly rectangle: Rectangle;
  /** The detector's confidence, 0..1. */
  readonly score: number;
  /** Missing when it wasn't asked for: it costs as much CPU as finding a dozen faces. */
  readonly expression: Expression | undefined;
}

/** The result for one image: faces by falling area, at most 100. */
export interface Detection {
  readonly faces: readonly DetectedFace[];
  /** Tensors alive afterwards. The number is the same after every image, or memory leaks. */
  readonly tensors: number;
}
