import { describe, expect, it, vi } from 'vitest';
import { Violation } from './checks.ts';
import { type MutantName, mutants, rulesOf } from './mutants.ts';
import { claimTraces } from './traces/claims.ts';
import { letterTraces } from './traces/letters.ts';
import { runTraces } from './traces/runs.ts';
import { windowTraces } from './traces/windows.ts';

vi.setConfig({ testTimeout: 600_000 }); // a guard against hanging on a busy machine

const traces = [...claimTraces, ...runTraces, ...letterTraces, ...windowTraces];

describe('what goes wrong without each rule, and does not with it', () => {
  it.each(traces)('$name', ({ play }) => {
    expect(() => play(rulesOf(null))).not.toThrow();
  });
});

describe('each trace can fail', () => {
  const pairs = traces.flatMap((trace) => trace.catches.map((mutant) => ({ ...trace, mutant })));

  it.each(pairs)('a core that $mutant is caught by "$name"', ({ play, mutant }) => {
    expect(() => play(rulesOf(mutant))).toThrow(Violation);
  });

  it('every broken core is caught by a trace', () => {
    const names = Object.keys(mutants);
    const caught: readonly MutantName[] = pairs.map(({ mutant }) => mutant);
    expect(names.filter((name) => !caught.some((other) => other === name))).toEqual([]);
  });
});
