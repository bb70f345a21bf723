import { expect, test } from 'vitest';
import { patched } from './patch-modules.ts';

const patch = { file: 'a/src/rule.ts', find: 'if (isLate) return;', replace: '' };

test('a mutant changes only its own file', () => {
  expect(patched('x; if (isLate) return; y', 'a/src/rule.ts', [patch])).toBe('x;  y');
  expect(patched('if (isLate) return;', 'a/src/other.ts', [patch])).toBe('if (isLate) return;');
});

test('a mutant whose text is missing, or occurs twice, throws', () => {
  expect(() => patched('x', 'a/src/rule.ts', [patch])).toThrow('holds this 0 times');
  expect(() => patched('if (isLate) return; if (isLate) return;', 'a/src/rule.ts', [patch])).toThrow(
    'holds this 2 times',
  );
});
