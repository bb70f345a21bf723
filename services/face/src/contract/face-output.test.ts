import { describe, expect, it } from 'vitest';
import type { DetectedFace } from '../detector/detection.ts';
import type { FaceAttribute } from './detect-options.ts';
import { toFaceOutput } from './face-output.ts';

const face: DetectedFace = {
  rectangle: { left: 1, top: 2, width: 40, height: 50 },
  score: 0.9,
  expression: {
    neutral: 0.1,
    happy: 0.5123456,
    sad: 0.05,
    angry: 0.04,
    fearful: 0.03,
    disgusted: 0.02,
    surprised: 0.2476544,
  },
};
const attributes = (...names: FaceAttribute[]) => ({ attributes: new Set(names) });

describe('a face in the form of the contract', () => {
  it('has all eight emotions, contempt always 0, and smile as the happy share', () => {
    expect(toFaceOutput(face, attributes('emotion', 'smile'))).toEqual({
      faceRectangle: { top: 2, left: 1, width: 40, height: 50 },
      faceAttributes: {
        smile: 0.51235,
        emotion: {
          anger: 0.04,
          contempt: 0,
          disgust: 0.02,
          fear: 0.03,
          happiness: 0.51235,
          neutral: 0.1,
          sadness: 0.05,
          surprise: 0.24765,
        },
      },
    });
  });

  it('has only what was asked for', () => {
    expect(toFaceOutput(face, attributes('smile')).faceAttributes).toEqual({ smile: 0.51235 });
    expect(Object.keys(toFaceOutput(face, attributes('emotion')).faceAttributes ?? {})).toEqual(['emotion']);
    expect(toFaceOutput(face, attributes())).toEqual({ faceRectangle: { top: 2, left: 1, width: 40, height: 50 } });
  });
});
