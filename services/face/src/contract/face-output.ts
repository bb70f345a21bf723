import type { DetectedFace } from '../detector/detection.ts';
import type { DetectOptions } from './detect-options.ts';

/**
 * A face in the form of the Face contract. `faceAttributes` holds what was asked for and is left out when
 * nothing was.
 */
export interface FaceOutput {
  readonly faceRectangle: {
    readonly top: number;
    readonly left: number;
    readonly width: number;
    readonly height: number;
  };
  readonly faceAttributes?: FaceAttributesOutput;
}

interface FaceAttributesOutput {
  /** How much of a smile, 0..1. */
  readonly smile?: number;
  /** 0..1 each, 1 in sum. */
  readonly emotion?: EmotionOutput;
}

interface EmotionOutput {
  readonly anger: number;
  readonly contempt: number;
  readonly disgust: number;
  readonly fear: number;
  readonly happiness: number;
  readonly neutral: number;
  readonly sadness: number;
  readonly surprise: number;
}

/** Five digits. Azure gave three, with which the happiest of many thousand photos are tied. */
const round = (share: number): number => Math.round(share * 1e5) / 1e5;

/**
 * Maps the expression model's seven classes to the contract's eight. The model has no contempt, so that is
 * always 0.
 */
export function toFaceOutput({ rectangle, expression }: DetectedFace, { attributes }: DetectOptions): FaceOutput {
  const { top, left, width, height } = rectangle;
  const faceRectangle = { top, left, width, height };
  if (attributes.size === 0 || expression === undefined) return { faceRectangle };
  const emotion = {
    anger: round(expression.angry),
    contempt: 0,
    disgust: round(expression.disgusted),
    fear: round(expression.fearful),
    happiness: round(expression.happy),
    neutral: round(expression.neutral),
    sadness: round(expression.sad),
    surprise: round(expression.surprised),
  };
  return {
    faceRectangle,
    faceAttributes: {
      // The expression model was trained on smiles for "happy", so its share is the best measure of a smile
      // here.
      ...(attributes.has('smile') && { smile: emotion.happiness }),
      ...(attributes.has('emotion') && { emotion }),
    },
  };
}
