import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { USUAL_LISTENING, USUAL_REPAIR, USUAL_RETRY, USUAL_SIZING } from './defaults.ts';
import { defineChain } from './index.ts';

const ok = z.object({ ok: z.literal(true) });
const input = z.object({ urls: z.array(z.string()), note: z.string() });
const head = { name: 'shapes', version: 3, app: 'shapes', input } as const;
const run = { id: 'r', startedAt: '2026-11-26T00:00:00.000Z' };

describe('the run-time form', () => {
  it('of a task has the default numbers', () => {
    const { definition } = defineChain(head)
      .task('one', { result: ok })
      .output(() => null);
    expect(definition.nodes[0]).toEqual({
      kind: 'task',
      name: 'one',
      after: [],
      onFailure: 'fail',
      app: 'shapes',
      queue: 'shapes-one',
      result: ok,
      retry: USUAL_RETRY,
      timeoutMs: 60_000,
      repair: { maxSends: USUAL_REPAIR.maxSends },
    });
    expect(definition).toMatchObject({ name: 'shapes', version: 3, app: 'shapes', apps: { shapes: USUAL_LISTENING } });
  });

  it('of a task has the given numbers', () => {
    const { definition } = defineChain({ ...head, listening: { heavy: { batchSize: 1, newBatchThreshold: 0 } } })
      .task('one', { result: ok })
      .task('two', {
        does: 'works hard',
        after: ['one'],
        when: ({ run: { id } }) => id === 'r',
        input: ({ one, run: { input: given } }) => `${one.status} ${given.note}`,
        result: ok,
        app: 'heavy',
        queue: 'other',
        retry: { attempts: 5, first: '30s' },
        timeout: '8m',
        within: '1.5h',
        onFailure: 'continue',
      })
      .output(() => null);
    const two = definition.nodes[1];
    expect(two).toMatchObject({
      does: 'works hard',
      after: ['one'],
      onFailure: 'continue',
      app: 'heavy',
      queue: 'other',
      retry: { maxAttempts: 5, firstDelayMs: 30_000, maxDelayMs: 30_000 },
      timeoutMs: 480_000,
      withinMs: 5_400_000,
    });
    const seen = { run: { ...run, input: { urls: [], note: 'n' } }, one: { status: 'skipped' } } as const;
    expect(two?.when?.(seen)).toBe(true);
    expect(two?.kind === 'task' && two.input?.(seen)).toBe('skipped n');
    expect(definition.apps['heavy']).toEqual({ ...USUAL_LISTENING, batchSize: 1, newBatchThreshold: 0 });
  });

  it('of a map without a fold folds to null', () => {
    const { definition } = defineChain(head)
      .map('m', {
        item: z.string(),
        items: ({ run: { input: given } }) => given.urls,
        result: ok,
        sizing: { spread: 2 },
      })
      .output(() => null);
    const map = definition.nodes[0];
    if (map?.kind !== 'map') throw new Error('no map');
    expect(map).toMatchObject({ windowItems: 2_048, maxItems: 200_000, column: 'itemsJson', repair: USUAL_REPAIR });
    expect(map.sizing).toEqual({ ...USUAL_SIZING, spread: 2 });
    expect(map.items({ run: { ...run, input: { urls: ['a'], note: '' } } })).toEqual(['a']);
    expect(map.fold.schema.parse(map.fold.merge(map.fold.empty, map.fold.add(null, 0, 'a', { ok: true })))).toBeNull();
  });

  it('of a root map takes the list out of the input', () => {
    const { definition } = defineChain(head)
      .rootMap('m', { itemsOf: 'urls', item: z.string(), result: ok })
      .output(() => null);
    const map = definition.nodes[0];
    if (map?.kind !== 'map') throw new Error('no map');
    expect(definition.rootItems).toBe('m');
    expect(map.items({ run: { ...run, input: { urls: ['a', 'b'], note: 'n' } } })).toEqual(['a', 'b']);
    expect(definition.keptInput?.({ urls: ['a', 'b'], note: 'n' })).toEqual({ note: 'n' });
    expect(() => map.items({ run: { ...run, input: { note: 'n' } } })).toThrow('"urls"');
  });

  it('of a map behind another node cannot be a root map', () => {
    const behind = defineChain(head).task('one', { result: ok });
    expect(() => behind.rootMap('m', { itemsOf: 'urls', item: z.string(), result: ok })).toThrow('the first node');
  });

  it('of waits has event and time limit', () => {
    const payload = z.boolean();
    const { definition } = defineChain(head)
      .sleep('delay', { for: '90s' })
      .sleep('morning', { after: ['delay'], until: ({ run: { startedAt } }) => `${startedAt.slice(0, 10)}T08:00:00Z` })
      .wait('asked', { event: 'Asked', payload })
      .wait('soon', { event: 'Soon', payload, timeout: '30m', onFailure: 'continue' })
      .wait('said', {
        event: 'Said',
        payload,
        timeout: ({ run: { input: given } }) => (given.note === '' ? undefined : '5s'),
      })
      .output(() => null);
    const [delay, morning, asked, soon, said] = definition.nodes.map((node) =>
      node.kind === 'wait' ? node.until : null,
    );
    const seen = (note: string) => ({ run: { ...run, input: { urls: [], note } } });
    expect(delay).toEqual({ type: 'delay', ms: 90_000 });
    expect(morning?.type === 'instant' && morning.at(seen(''))).toBe('2026-11-26T08:00:00Z');
    expect(asked).toEqual({ type: 'event', event: 'Asked', payload });
    expect(soon).toEqual({ type: 'event', event: 'Soon', payload, timeoutMs: 1_800_000 });
    const given = said?.type === 'event' && typeof said.timeoutMs === 'function' ? said.timeoutMs : null;
    expect([given?.(seen('')), given?.(seen('n'))]).toEqual([undefined, 5_000]);
  });

  it('of a child names its chain and version', () => {
    const small = defineChain({ ...head, name: 'small', version: 7 })
      .task('one', { result: ok })
      .output(() => 1);
    const { definition } = defineChain(head)
      .child('c', { chain: small, input: ({ run: { input: given } }) => given, onFailure: 'continue' })
      .output(({ c }) => (c.status === 'succeeded' ? c.output : null));
    expect(definition.nodes[0]).toMatchObject({ kind: 'child', chain: 'small', version: 7, onFailure: 'continue' });
    expect(definition.apps).toEqual({});
  });

  it('keeps closing nodes apart', () => {
    const { definition } = defineChain(head)
      .task('one', { result: ok })
      .whenFailed('alert', { when: ({ verdict }) => verdict.status === 'failed', result: ok, does: 'sends a mail' })
      .always('tidy', { result: ok, app: 'broom' })
      .output(() => null);
    expect(definition.nodes.map(({ name }) => name)).toEqual(['one']);
    expect(definition.closing.map(({ name, closing, app }) => [name, closing, app])).toEqual([
      ['alert', 'whenFailed', 'shapes'],
      ['tidy', 'always', 'broom'],
    ]);
    expect(Object.keys(definition.apps)).toEqual(['shapes', 'broom']);
  });

  it('is not changed by later additions to the same beginning', () => {
    const beginning = defineChain(head).task('one', { result: ok });
    const left = beginning.task('left', { result: ok }).output(() => null);
    const right = beginning.task('right', { result: ok }).output(() => null);
    const names = [left, right].map(({ definition }) => definition.nodes.map(({ name }) => name));
    expect(names).toEqual([
      ['one', 'left'],
      ['one', 'right'],
    ]);
  });
});
