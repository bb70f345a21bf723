/** The output of the photo chain, as far as it is drawn here. */
export interface Happiness {
  readonly lowest: number | null;
  readonly highest: number | null;
  readonly mean: number | null;
  readonly faces: number;
  readonly bars: readonly number[];
  readonly happiest: BestFace | null;
  readonly saddest: BestFace | null;
}

export interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

export interface Face {
  readonly happiness: number;
  readonly rectangle: Rectangle;
}

export interface BestFace extends Face {
  readonly index: number;
  readonly url: string;
}

/** Reads a run's output; undefined when it belongs to another chain. */
export function happinessOf(output: unknown): Happiness | undefined {
  if (!isRecord(output) || !Array.isArray(output['histogram']) || typeof output['faces'] !== 'number') return undefined;
  const bars = output['histogram'].filter((bar) => typeof bar === 'number');
  return {
    lowest: numberOf(output['min_val']),
    highest: numberOf(output['max_val']),
    mean: numberOf(output['mean']),
    faces: output['faces'],
    bars,
    happiest: bestFaceOf(output['happiest']),
    saddest: bestFaceOf(output['saddest']),
  };
}

function bestFaceOf(value: unknown): BestFace | null {
  const face = faceOf(value);
  if (face === undefined || !isRecord(value)) return null;
  const { index, url } = value;
  return typeof index === 'number' && typeof url === 'string' ? { ...face, index, url } : null;
}

/** The faces in an item's result; undefined when it belongs to another chain. */
export function facesOf(result: unknown): Face[] | undefined {
  if (!isRecord(result) || !Array.isArray(result['faces'])) return undefined;
  return result['faces'].flatMap((face: unknown) => faceOf(face) ?? []);
}

function faceOf(value: unknown): Face | undefined {
  if (!isRecord(value) || !isRecord(value['rectangle'])) return undefined;
  const { happiness } = value;
  const { top, left, width, height } = value['rectangle'];
  if (typeof happiness !== 'number' || typeof top !== 'number' || typeof left !== 'number') return undefined;
  if (typeof width !== 'number' || typeof height !== 'number') return undefined;
  return { happiness, rectangle: { top, left, width, height } };
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
