import { describe, expect, it } from 'vitest';
import { parseDetectOptions } from './detect-options.ts';

const parse = (query: string) => parseDetectOptions(new URLSearchParams(query));

/** Matches text that contains this part. It is typed, which vitest's own matcher isn't. */
const containing = (part: string): unknown => expect.stringContaining(part);

describe('the query of a detect call', () => {
  it.each([
    ['returnFaceId=false', []],
    ['returnFaceId=false&returnFaceAttributes=', []],
    ['returnFaceId=False&returnFaceAttributes=emotion', ['emotion']],
    ['returnFaceId=false&returnFaceAttributes=Smile,%20EMOTION', ['smile', 'emotion']],
    ['returnFaceId=false&returnFaceAttributes=smile&returnFaceAttributes=emotion', ['smile', 'emotion']],
    ['returnFaceId=false&detectionModel=detection_03&recognitionModel=recognition_04&unknown=1', []],
    ['returnFaceId=false&returnFaceLandmarks=false&returnRecognitionModel=false&faceIdTimeToLive=60', []],
  ])('asks for attributes: %s', (query, attributes) => {
    expect([...parse(query).attributes]).toEqual(attributes);
  });

  it.each([
    ['', 'Send returnFaceId=false'],
    ['returnFaceId=true', 'Send returnFaceId=false'],
    ['returnFaceId=false&returnFaceLandmarks=true', 'Send returnFaceLandmarks=false'],
    ['returnFaceId=false&returnRecognitionModel=true', 'Send returnRecognitionModel=false'],
    ['returnFaceId=false&returnFaceAttributes=emotion,headPose', "has no attribute 'headPose'"],
    ['returnFaceId=false&returnFaceAttributes=age', "has no attribute 'age'"],
  ])('says what to do if it asks for what Azure has and this service does not: "%s"', (query, message) => {
    expect(() => parse(query)).toThrow(
      expect.objectContaining({ status: 403, code: 'UnsupportedFeature', message: containing(message) }),
    );
  });

  it.each([
    ['returnFaceId=perhaps', "'returnFaceId' is invalid."],
    ['returnFaceId=false&returnFaceLandmarks=2', "'returnFaceLandmarks' is invalid."],
    ['returnFaceId=false&detectionModel=detection_99', "'detectionModel' is invalid."],
    ['returnFaceId=false&recognitionModel=best', "'recognitionModel' is invalid."],
    ['returnFaceId=false&returnFaceAttributes=emotion,mood', "'returnFaceAttributes' is invalid."],
  ])('is refused with a name for the fault: %s', (query, message) => {
    expect(() => parse(query)).toThrow(expect.objectContaining({ status: 400, code: 'BadArgument', message }));
  });
});
