import { HopelessRunError } from '@tally/run-steps';

/**
 * The Face endpoint doesn't return emotions, to any caller or to this one. No image of any run can succeed
 * until an operator sets another endpoint. The run ends as failed, with this message.
 */
export class EndpointRefusesEmotionError extends HopelessRunError {
  override readonly name = 'EndpointRefusesEmotionError';

  /** @param answer what the endpoint said, in readable form */
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
