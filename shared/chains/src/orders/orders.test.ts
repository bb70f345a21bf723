import type { Outcome } from '@tally/chain';
import { describe, expect, it } from 'vitest';
import { edgesOf, eventOf, seen, succeeded, taskOf, timeoutOf } from '../node-of.fixture.ts';
import { orders } from './orders.ts';

const { definition } = orders;
const order = {
  number: 'A-1001',
  customer: { name: 'Zoë', email: 'zoe@example.org' },
  currency: 'EUR',
  lines: [{ article: 'Tea', quantity: 3, price: 4.35 }],
};
const input = definition.input.parse(order);
const file = (name: string) => ({ container: 'runs', name, bytes: 1 });
const pdf = succeeded(file('order.pdf'));
const video: Outcome = { status: 'failed', error: { code: 'NoSpace', message: 'the disk is full' } };
const saved = { table: 'orders', partition: 'A', row: '1001' };

describe('orders', () => {
  it('makes both files in parallel, then asks, then answers', () => {
    expect(edgesOf(definition)).toEqual({
      save: [],
      pdf: ['save'],
      video: ['save'],
      ask: ['pdf', 'video'],
      approval: ['ask'],
      email: ['approval'],
      decline: ['approval'],
    });
    expect(definition.closing).toMatchObject([{ name: 'alert', closing: 'whenFailed' }]);
  });

  it('continues without a file that could not be made, after three tries half a minute apart', () => {
    const retry = { maxAttempts: 3, firstDelayMs: 30_000, maxDelayMs: 30_000 };
    expect(taskOf(definition, 'video')).toMatchObject({ onFailure: 'continue', retry });
    const input = taskOf(definition, 'ask').input?.(seen(definition.input.parse(order), { pdf, video }));
    expect(input).toEqual({ order, files: { pdf: file('order.pdf'), video: null } });
  });

  it('passes the order to its tasks unchanged', () => {
    expect(taskOf(definition, 'save').input?.(seen(input))).toEqual(order);
    expect(taskOf(definition, 'video').input?.(seen(input))).toEqual(order);
    expect(taskOf(definition, 'pdf').input?.(seen(input))).toEqual({ order, startedAt: '2026-11-26T12:00:00.000Z' });
  });

  it('gives the approver half an hour, or the time in the order', () => {
    expect(timeoutOf(definition, 'approval', seen(input))).toBe(1_800_000);
    const hurried = definition.input.parse({ ...order, approvalTimeout: '5s' });
    expect(timeoutOf(definition, 'approval', seen(hurried))).toBe(5_000);
    expect(eventOf(definition, 'approval')).toMatchObject({ until: { event: 'OrderApprovalResult' } });
    for (const approvalTimeout of ['1s', '5d', '1.5h'])
      expect(definition.input.safeParse({ ...order, approvalTimeout }).success).toBe(true);
  });

  it('refuses a time for the approver that is invalid, over at once, or too long for a wait', () => {
    for (const approvalTimeout of ['soon', 'PT5M', '-5m', '0s', '999ms', '6d', '99999999999d', `${'9'.repeat(400)}d`])
      expect(definition.input.safeParse({ ...order, approvalTimeout }).success).toBe(false);
    const { error } = definition.input.safeParse({ ...order, approvalTimeout: '99999999999d' });
    expect(error?.issues).toMatchObject([
      { path: ['approvalTimeout'], message: 'must be from 1s to 5d, such as 90s, 30m or 2d' },
    ]);
  });

  it.each<[string, Outcome, string[], string | undefined]>([
    ['approved', succeeded('Approved'), ['email'], undefined],
    ['rejected', succeeded('Rejected'), ['decline'], 'Rejected'],
    ['not answered', { status: 'timedOut' }, ['decline'], 'TimedOut'],
  ])('answers an order that is %s', (_, approval, opened, why) => {
    const view = seen(input, { approval, pdf, video });
    const [email, decline] = [taskOf(definition, 'email'), taskOf(definition, 'decline')];
    expect([email, decline].filter(({ when }) => when?.(view)).map(({ name }) => name)).toEqual(opened);
    if (why === undefined)
      expect(email.input?.(view)).toEqual({ order, files: { pdf: file('order.pdf'), video: null } });
    else expect(decline.input?.(view)).toEqual({ order, why });
  });

  it('outputs the decision and what is missing', () => {
    const nodes = { save: succeeded(saved), pdf, video, approval: succeeded('Approved') };
    expect(definition.output(seen(input, nodes))).toEqual({
      order: 'A-1001',
      saved,
      decision: 'Approved',
      files: { pdf: file('order.pdf'), video: null },
      missing: [{ file: 'video', code: 'NoSpace', message: 'the disk is full' }],
    });
    const unanswered = { ...nodes, video: succeeded(file('clip.mp4')), approval: { status: 'timedOut' } as const };
    expect(definition.output(seen(input, unanswered))).toMatchObject({ decision: 'TimedOut', missing: [] });
  });

  it('tells the shop why an order failed', () => {
    const verdict = { status: 'failed', node: 'ask', code: 'MailBusy', message: 'no answer' } as const;
    const told = taskOf(definition, 'alert').input?.({ ...seen(input), verdict });
    expect(told).toEqual({ order, code: 'MailBusy', message: 'no answer' });
  });
});
