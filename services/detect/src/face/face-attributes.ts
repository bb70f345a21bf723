/** Makes this file a module, so that the declaration below adds to the client library's instead of replacing it. */
export type {} from '@azure-rest/ai-vision-face';

declare module '@azure-rest/ai-vision-face' {
  interface FaceAttributesOutput {
    /** The contract's eight emotions, which the library's types no longer name since Azure retired them. 0 to 1 each, 1 in sum. */
    emotion?: EmotionOutput;
  }

  interface EmotionOutput {
    anger: number;
    contempt: number;
    disgust: number;
    fear: number;
    happiness: number;
    neutral: number;
    sadness: number;
    surprise: number;
  }
}
