import { expect, test } from 'vitest';
import { readLoudness } from './measure-loudness.ts';

const summary = (loudness: string): string[] => [
  '[Parsed_ebur128_0 @ 0x1] Summary:',
  '  Integrated loudness:',
  `    I:         ${loudness} LUFS`,
  '    Threshold: -34.2 LUFS',
  '  Loudness range:',
  '    LRA:         2.0 LU',
];

test.each([
  ['-23.0', -23],
  ['-70.0', null],
  ['-inf', null],
  ['nan', null],
  ['1.5', 1.5],
])('%s LUFS is %s', (said, lufs) => expect(readLoudness(summary(said))).toBe(lufs));

test('a missing summary is an error, not silence', () => {
  expect(() => readLoudness(['video:0kB audio:375kB'])).toThrow('has no loudness');
});
