import { expect, it } from 'vitest';
import * as z from 'zod';
import { defineChain } from '../define/index.ts';
import { chartOf } from './chart-of.ts';

const ok = z.object({ ok: z.literal(true) });
const head = { name: 'drawn', version: 2, app: 'drawn', input: z.object({ n: z.number() }) } as const;
const done = () => null;

it('draws every kind of node, its predecessors, and how the run ends', () => {
  const small = defineChain({ ...head, name: 'small' })
    .task('one', { result: ok })
    .output(done);
  const { definition } = defineChain(head)
    .sleep('pause', { for: '90s' })
    .task('make-it', { after: ['pause'], does: 'makes "it" <now>', result: ok })
    .map('each', { after: ['make-it'], item: z.number(), items: () => [1], result: ok, does: 'counted' })
    .child('deeper', { after: ['make-it'], chain: small, input: ({ run }) => run.input })
    .wait('asked', { after: ['each', 'deeper'], event: 'Said', payload: ok, timeout: '30m' })
    .wait('dawn', { after: ['each'], event: 'Dawn', payload: ok, timeout: () => undefined })
    .task('end', { after: ['asked'], when: () => true, result: ok })
    .whenFailed('alert', { result: ok, does: 'tells' })
    .always('tidy', { result: ok, when: () => true })
    .output(done);
  expect(
    chartOf(definition)
      .split('\n')
      .map((line) => line.trim()),
  ).toEqual([
    'flowchart LR',
    'start(["POST /api/chains/drawn/runs"])',
    'n_pause{{"<b>pause</b><br/>waits 90s"}}',
    'n_make_it["<b>make-it</b><br/>makes #quot;it#quot; #lt;now#gt;"]',
    'n_each[["<b>each</b><br/>each item: counted"]]',
    'n_deeper[["<b>deeper</b><br/>runs small@2"]]',
    'n_asked{{"<b>asked</b><br/>event Said, at most 30m"}}',
    'n_dawn{{"<b>dawn</b><br/>event Dawn, with a time-out"}}',
    'n_end["<b>end</b>"]',
    'verdict(["the run ends"])',
    'n_alert["<b>alert</b><br/>tells"]',
    'n_tidy["<b>tidy</b>"]',
    'start --> n_pause',
    'n_pause --> n_make_it',
    'n_make_it --> n_each',
    'n_make_it --> n_deeper',
    'n_each --> n_asked',
    'n_deeper --> n_asked',
    'n_each --> n_dawn',
    'n_asked -. if .-> n_end',
    'n_dawn --> verdict',
    'n_end --> verdict',
    'verdict -. "failed" .-> n_alert',
    'verdict -. "always, if" .-> n_tidy',
  ]);
});

it('shows what a wait without time limit waits for', () => {
  const { definition } = defineChain(head)
    .wait('asked', { event: 'Said', payload: ok })
    .sleep('morning', { after: ['asked'], until: () => '2026-01-01T08:00:00Z' })
    .output(done);
  expect(chartOf(definition)).toContain('n_asked{{"<b>asked</b><br/>event Said"}}');
  expect(chartOf(definition)).toContain('n_morning{{"<b>morning</b><br/>waits until an instant"}}');
});
