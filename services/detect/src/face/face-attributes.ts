/**
 * Makes this file a module, so that the declaration below extends the client library's declaration and
 * doesn't replace it.
 */
export type {} from '@azure-rest/ai-vision-face';

declare module '@azure-rest/ai-vision-face' {
  interface FaceAttributesOutput {
    /**
     * The contract's eight emotions, 0 to 1 each, 1 in sum. The library's types dropped them when Azure
     * retired them.
     */
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
