import { FaceError } from '../contract/face-error.ts';
import { decodeImage } from './decode-image.ts';
import { loadFaceModel } from './face-model.ts';
import { runWorker } from './worker-process.ts';

/** Entry of a worker process: one model, one image at a time. */
runWorker(async ({ modelFolder, wasmFolder, ...settings }) => {
  const model = await loadFaceModel(modelFolder, wasmFolder, settings);
  return async ({ image, withExpression }) => {
    try {
      return { type: 'detected', detection: await model.detect(await decodeImage(image), withExpression) };
    } catch (error) {
      if (!(error instanceof FaceError)) throw error;
      return { type: 'refused', message: error.message };
    }
  };
});
