import type { FaceAttributesOutput, FaceDetectionResultOutput } from '@azure-rest/ai-vision-face';
import type { Face, Faces } from '@tally/chains';
import * as z from 'zod';
import './face-attributes.ts';

/** The largest number of faces of an image that the contract allows and a row holds. */
const MAX_FACES = 100;

/**
 * Shares come out of a softmax in 32-bit floats. A value slightly outside 0 to 1 is rounding; a larger
 * deviation is another scale.
 */
const ROUNDING = 0.001;

const MILLIONTHS = 1_000_000;

/** The part of the answer that Tally reads, in the client library's types. */
type DetectedFace = Pick<FaceDetectionResultOutput, 'faceRectangle'> & {
  readonly faceAttributes?: { readonly emotion?: Pick<NonNullable<FaceAttributesOutput['emotion']>, 'happiness'> };
};

const rectangleSchema = z.object({ top: z.number(), left: z.number(), width: z.number(), height: z.number() });
const emotionSchema = z.object({
  happiness: z
    .number()
    .min(-ROUNDING)
    .max(1 + ROUNDING),
});
const answerSchema: z.ZodType<DetectedFace[]> = z.array(
  z.object({
    faceRectangle: rectangleSchema,
    faceAttributes: z.object({ emotion: emotionSchema.exactOptional() }).exactOptional(),
  }),
);

export type FacesReading =
  | { readonly kind: 'faces'; readonly faces: Faces }
  /** A face came without the emotion that was asked for. */
  | { readonly kind: 'no-emotion' }
  | { readonly kind: 'unreadable'; readonly why: string };

/**
 * Reads the body of a 200. Faces are sorted by size, largest first, as the contract says, whatever the
 * endpoint's order.
 */
export function readFaces(body: unknown): FacesReading {
  const parsed = answerSchema.safeParse(body);
  if (!parsed.success) return { kind: 'unreadable', why: z.prettifyError(parsed.error) };
  const faces: Face[] = [];
  for (const { faceRectangle, faceAttributes } of parsed.data) {
    if (faceAttributes?.emotion === undefined) return { kind: 'no-emotion' };
    const { top, left, width, height } = faceRectangle;
    const share = Math.min(1, Math.max(0, faceAttributes.emotion.happiness));
    const happiness = Math.round(share * MILLIONTHS) / MILLIONTHS;
    faces.push({ rectangle: { top, left, width, height }, happiness });
  }
  faces.sort((a, b) => area(b) - area(a));
  return { kind: 'faces', faces: { faces: faces.slice(0, MAX_FACES) } };
}

function area({ rectangle }: Face): number {
  return rectangle.width * rectangle.height;
}
