/** The expression model's classes, in the order of its outputs. */
export const expressionNames = ['neutral', 'happy', 'sad', 'angry', 'fearful', 'disgusted', 'surprised'] as const;

/** Share of each expression, 0..1, 1 in sum. */
export type Expression = Readonly<Record<(typeof expressionNames)[number], number>>;

/** Whole pixels of the upright image (EXIF rotation applied), always inside it. */
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
  /** Missing when nobody asked for it: it costs as much CPU as a dozen faces take to find. */
  readonly expression: Expression | undefined;
}

/** What a look at one image gave: faces by falling area, at most 100. */
export interface Detection {
  readonly faces: readonly DetectedFace[];
  /** Tensors alive afterwards. The same number after every image, or memory leaks. */
  readonly tensors: number;
}
