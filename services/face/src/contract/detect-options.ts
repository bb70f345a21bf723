import * as z from 'zod';
import { badArgument, unsupportedFeature } from './face-error.ts';

/** The attributes that these models provide. */
export const offeredAttributes = ['emotion', 'smile'] as const;
export type FaceAttribute = (typeof offeredAttributes)[number];

/**
 * Other attributes of the Face contract. To ask for one isn't a spelling mistake, so it gets another answer.
 */
const otherAttributes = [
  'accessories',
  'age',
  'blur',
  'exposure',
  'facialHair',
  'gender',
  'glasses',
  'hair',
  'headPose',
  'makeup',
  'mask',
  'noise',
  'occlusion',
  'qualityForRecognition',
];

/** What a caller asked for, after a check that it is offered. */
export interface DetectOptions {
  readonly attributes: ReadonlySet<FaceAttribute>;
}

/** The Face service accepts both `true` and `True`. */
const flag = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['true', 'false']))
  .transform((text) => text === 'true');

const querySchema = z.object({
  // Azure's default is true, and so is the client library's.
  returnFaceId: flag.default(true),
  returnFaceLandmarks: flag.default(false),
  returnRecognitionModel: flag.default(false),
  // There is only one detector here, whatever the name asked for.
  detectionModel: z.enum(['detection_01', 'detection_02', 'detection_03']).optional(),
  recognitionModel: z.enum(['recognition_01', 'recognition_02', 'recognition_03', 'recognition_04']).optional(),
});

/**
 * Reads the query string of a detect call. Parameters that the contract doesn't know are ignored, as Azure
 * does.
 * @throws FaceError BadArgument naming the parameter; UnsupportedFeature for what the contract has and this
 * service lacks
 */
export function parseDetectOptions(query: URLSearchParams): DetectOptions {
  const parsed = querySchema.safeParse(Object.fromEntries(query));
  if (!parsed.success) throw badArgument(`'${parsed.error.issues[0]?.path.join('.')}' is invalid.`, parsed.error);
  const { returnFaceId, returnFaceLandmarks, returnRecognitionModel } = parsed.data;
  if (returnFaceId) {
    throw unsupportedFeature(
      'Feature is not supported: this detector gives no face ids, and returnFaceId is true unless you say otherwise. Send returnFaceId=false.',
    );
  }
  if (returnFaceLandmarks) {
    throw unsupportedFeature(
      'Feature is not supported: this detector finds no landmarks. Send returnFaceLandmarks=false.',
    );
  }
  if (returnRecognitionModel) {
    throw unsupportedFeature(
      'Feature is not supported: this detector does not recognise people. Send returnRecognitionModel=false.',
    );
  }
  return { attributes: parseAttributes(query.getAll('returnFaceAttributes').join(',')) };
}

/** A comma-separated list; names in any case. */
function parseAttributes(list: string): ReadonlySet<FaceAttribute> {
  const attributes = new Set<FaceAttribute>();
  for (const name of list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')) {
    const offered = offeredAttributes.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
    if (offered !== undefined) attributes.add(offered);
    else if (otherAttributes.some((candidate) => candidate.toLowerCase() === name.toLowerCase())) {
      throw unsupportedFeature(
        `Feature is not supported: this detector has no attribute '${name}'. Ask only for ${offeredAttributes.join(', ')}.`,
      );
    } else throw badArgument("'returnFaceAttributes' is invalid.");
  }
  return attributes;
}
