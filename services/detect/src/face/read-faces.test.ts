import { facesSchema } from '@tally/chains';
import { describe, expect, test } from 'vitest';
import { readFaces } from './read-faces.ts';

const containing = (part: string): unknown => expect.stringContaining(part);
const rectangle = { top: 1, left: 2, width: 30, height: 40 };
const face = (happiness: number, faceRectangle = rectangle) => ({
  faceRectangle,
  faceAttributes: { smile: 1, emotion: { happiness, neutral: 1 - happiness } },
});

function facesOf(body: unknown) {
  const reading = readFaces(body);
  if (reading.kind !== 'faces') throw new Error(`not read: ${JSON.stringify(reading)}`);
  return facesSchema.parse(reading.faces).faces;
}

describe('faces are read', () => {
  test('with rectangle and happiness only', () => {
    expect(facesOf([face(0.25)])).toEqual([{ rectangle, happiness: 0.25 }]);
  });

  test('as none if there are none', () => {
    expect(facesOf([])).toEqual([]);
  });

  test('largest first, in whatever order they come', () => {
    const sizes = [20, 50, 10].map((width) => face(0.5, { ...rectangle, width }));
    expect(facesOf(sizes).map((found) => found.rectangle.width)).toEqual([50, 20, 10]);
  });

  test('the hundred largest of more', () => {
    const many = Array.from({ length: 101 }, (_, width) => face(0.5, { ...rectangle, width }));
    const widths = facesOf(many).map((found) => found.rectangle.width);
    expect(widths).toHaveLength(100);
    expect(widths.at(-1)).toBe(1);
  });

  test.each([
    [0.12345678, 0.123457],
    [1.0000001, 1],
    [-0.0000001, 0],
  ])('with happiness %d as %d: in millionths, from 0 to 1', (given, expected) => {
    expect(facesOf([face(given)])[0]?.happiness).toBe(expected);
  });
});

test.each([
  ['no attributes', [face(0.5), { faceRectangle: rectangle }]],
  ['other attributes only', [{ faceRectangle: rectangle, faceAttributes: { smile: 1 } }]],
])('a face with %s is reported as without emotion', (_what, body) => {
  expect(readFaces(body)).toEqual({ kind: 'no-emotion' });
});

test.each([
  ['no body', undefined],
  ['text', 'welcome to the proxy'],
  ['an object', { faces: [] }],
  ['a face without a rectangle', [{ faceAttributes: { emotion: { happiness: 1 } } }]],
  ['happiness in per cent', [face(97)]],
  ['happiness in words', [{ faceRectangle: rectangle, faceAttributes: { emotion: { happiness: 'high' } } }]],
])('%s is unreadable', (_what, body) => {
  expect(readFaces(body)).toMatchObject({ kind: 'unreadable', why: containing('expected') });
});
