import { HopelessRunError } from '@tally/run-steps';

/**
 * The Face endpoint doesn't give emotions, to nobody or not to this caller. No image of any run can succeed before someone points Tally
 * elsewhere: the run ends as failed, with this message.
 */
export class EndpointRefusesEmotionError extends HopelessRunError {
  override readonly name = 'EndpointRefusesEmotionError';

  /** @param answer what the endpoint said, for people */
  constructor(endpoint: string, answer: string) {
    super(
      'EmotionUnavailable',
      `The Face endpoint ${endpoint} refuses the emotion attribute, so no happiness can be read: ${answer}. ` +
        "Azure's own Face service retired emotion in 2022-23, whatever the key or tier. " +
        'Let FACE_ENDPOINT name the face service that comes with Tally (services/face), ' +
        'or another endpoint of the same contract that returns emotion, then rewind this run or start it again.',
    );
  }
}
