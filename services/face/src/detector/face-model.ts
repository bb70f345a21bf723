import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
// The package's main entry needs tfjs-node, whose install downloads a binary. This entry runs on wasm.
import { NetInput, nets } from '@vladmandic/face-api/dist/face-api.node-wasm.js';
import sharp from 'sharp';
import type { DecodedImage } from './decode-image.ts';
import { type DetectedFace, type Detection, type Expression, expressionNames, type Rectangle } from './detection.ts';
import { placeFaces } from './face-placement.ts';
import type { Raster } from './raster.ts';

/** The side of the square that the detection model sees. Smaller images are padded to it. */
const detectorSide = 512;

/** Faces per pass of the expression model. More at once gain nothing on one thread and only take memory. */
const facesPerPass = 8;

export interface ModelSettings {
  /** Faces below this score, 0..1, are left out. */
  readonly confidence: number;
  /**
   * The expression model's logits are divided by this before softmax. The model is overconfident: 1 gives
   * nearly only 0s and 1s.
   */
  readonly temperature: number;
}

export interface FaceModel {
  detect(image: DecodedImage, withExpression: boolean): Promise<Detection>;
}

/**
 * Loads both models onto the wasm backend of this thread. It runs them once, so that the first image takes no
 * longer than the next.
 * @throws Error when a file is missing or doesn't fit
 */
export async function loadFaceModel(
  modelFolder: string,
  wasmFolder: string,
  settings: ModelSettings,
): Promise<FaceModel> {
  setWasmPaths(wasmFolder);
  if (!(await tf.setBackend('wasm'))) throw new Error(`TensorFlow's wasm backend doesn't start from ${wasmFolder}`);
  await nets.ssdMobilenetv1.loadFromDisk(modelFolder);
  await nets.faceExpressionNet.loadFromDisk(modelFolder);
  const blank = { data: new Uint8Array(detectorSide * detectorSide * 3), width: detectorSide, height: detectorSide };
  await locateFaces(blank, settings.confidence);
  readExpressions(blank, [{ left: 0, top: 0, width: detectorSide, height: detectorSide }], settings.temperature);
  return { detect: (image, withExpression) => detectFaces(image, withExpression, settings) };
}

async function detectFaces(image: DecodedImage, withExpression: boolean, settings: ModelSettings): Promise<Detection> {
  const placed = placeFaces(await locateFaces(image.raster, settings.confidence), image);
  const expressions = withExpression
    ? readExpressions(
        image.raster,
        placed.map(({ crop }) => crop),
        settings.temperature,
      )
    : [];
  const faces: DetectedFace[] = placed.map(({ rectangle, score }, index) => ({
    rectangle,
    score,
    expression: expressions[index],
  }));
  return { faces, tensors: tf.memory().numTensors };
}

async function locateFaces(raster: Raster, minConfidence: number) {
  // Scaled down here and not by the model, which would first make a tensor of four bytes per value from the
  // full picture.
  const { data, width, height } = await shrinkToDetector(raster);
  const input = tf.tensor3d(data, [height, width, 3], 'int32');
  try {
    const found = await nets.ssdMobilenetv1.locateFaces(input, { minConfidence, maxResults: 100 });
    return found.map(({ score, relativeBox: { x, y, width, height } }) => ({ score, x, y, width, height }));
  } finally {
    input.dispose();
  }
}

async function shrinkToDetector({ data, width, height }: Raster): Promise<Raster> {
  const { data: small, info } = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(detectorSide, detectorSide, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data: small, width: info.width, height: info.height };
}

function readExpressions(raster: Raster, crops: readonly Rectangle[], temperature: number): Expression[] {
  const expressions: Expression[] = [];
  for (let from = 0; from < crops.length; from += facesPerPass) {
    // tidy disposes of every tensor created inside: inputs, intermediate ones and the result.
    const logits = tf.tidy(() => {
      const faces = crops.slice(from, from + facesPerPass).map((crop) => cropTensor(raster, crop));
      return nets.faceExpressionNet.runNet(new NetInput(faces)).arraySync();
    });
    expressions.push(...logits.map((row) => toExpression(row, temperature)));
  }
  return expressions;
}

/**
 * Cuts a face out of the raster. The package's own extraction drops empty boxes, after which faces and
 * expressions no longer match.
 */
function cropTensor(raster: Raster, { left, top, width, height }: Rectangle): tf.Tensor3D {
  const pixels = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * raster.width + left) * 3;
    pixels.set(raster.data.subarray(start, start + width * 3), row * width * 3);
  }
  return tf.tensor3d(pixels, [height, width, 3], 'int32');
}

/** Softmax of the logits divided by the temperature. */
function toExpression(logits: readonly number[], temperature: number): Expression {
  const highest = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp((logit - highest) / temperature));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const share = (name: (typeof expressionNames)[number]): number => (weights[expressionNames.indexOf(name)] ?? 0) / sum;
  return {
    neutral: share('neutral'),
    happy: share('happy'),
    sad: share('sad'),
    angry: share('angry'),
    fearful: share('fearful'),
    disgusted: share('disgusted'),
    surprised: share('surprised'),
  };
}
