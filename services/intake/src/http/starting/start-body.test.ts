import { defineChain } from '@tally/chain';
import { faceHappiness, media, orders } from '@tally/chains';
import { ProblemError } from '@tally/functions-kit';
import { VALUE_MAX_CHARS } from '@tally/run-state';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { parseStart } from './start-body.ts';

const MAX_URLS = 200_000;
const NOW = Date.UTC(2026, 0, 1);
const url = 'https://example.com/photo.jpg';

const photos = faceHappiness.definition;

function problemOf(text: string, chain = photos, asked: Parameters<typeof parseStart>[2] = {}): ProblemError {
  try {
    parseStart(text, chain, asked, NOW);
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('the body was taken');
}

test('a list of URLs is a start without options', () => {
  expect(parseStart(JSON.stringify([url, url]), photos, {}, NOW)).toEqual({
    input: { urls: [url, url] },
    options: { tolerance: {} },
    shownInput: [url, url],
  });
});

test('an object with urls may have options', () => {
  const body = {
    urls: [url],
    window: 8,
    toleratedFailureCount: 2,
    toleratedFailurePercentage: 10,
    deadline: '2030-01-01T00:00:00Z',
  };
  expect(parseStart(JSON.stringify(body), photos, {}, NOW)).toMatchObject({
    input: { urls: [url] },
    options: { window: 8, tolerance: { count: 2, percentage: 10 }, deadline: Date.UTC(2030, 0, 1) },
    shownInput: body,
  });
});

test.each([
  ['not JSON', 'photo.jpg', 'body', undefined],
  ['null', 'null', 'body', undefined],
  ['a text', '"https://example.com/a.jpg"', 'body', undefined],
  ['no URL', '[]', 'urls', 1],
  ['urls left out', '{}', 'urls', undefined],
  ['a number for a URL', JSON.stringify([url, 7]), 'urls[1]', undefined],
  ['an ftp URL', JSON.stringify(['ftp://example.com/a.jpg']), 'urls[0]', undefined],
  ['a relative URL', JSON.stringify(['/a.jpg']), 'urls[0]', undefined],
  ['a URL of 2,100 characters', JSON.stringify([url.padEnd(2_100, 'x')]), 'urls[0]', 2_048],
  ['200,001 URLs', JSON.stringify(Array.from({ length: MAX_URLS + 1 }, () => url)), 'urls', MAX_URLS],
  ['an unknown option', JSON.stringify({ urls: [url], colour: 'red' }), 'body', undefined],
  ['a window of zero', JSON.stringify({ urls: [url], window: 0 }), 'window', 1],
  [
    'a percentage over 100',
    JSON.stringify({ urls: [url], toleratedFailurePercentage: 101 }),
    'toleratedFailurePercentage',
    100,
  ],
  ['an approval without end', JSON.stringify({ urls: [url], approval: {} }), 'approval.timeout', undefined],
  [
    'an approval in months',
    JSON.stringify({ urls: [url], approval: { timeout: 'P1M' } }),
    'approval.timeout',
    undefined,
  ],
  [
    'a deadline on 31 February',
    JSON.stringify({ urls: [url], deadline: '2030-02-31T00:00:00Z' }),
    'deadline',
    undefined,
  ],
  ['a field __proto__', `{"urls":["${url}"],"__proto__":{"window":1}}`, 'body', undefined],
  ['a deadline that is no instant', JSON.stringify({ urls: [url], deadline: 'soon' }), 'deadline', undefined],
])('%s is refused, and the problem names the field and the limit', (_, text, field, limit) => {
  const { status, problem } = problemOf(text);
  expect(status).toBe(400);
  expect(problem.errors?.[0]).toMatchObject({ field });
  expect(problem.errors?.[0]?.limit).toBe(limit);
  expect(problem.detail).not.toBe('');
});

test.each(['', ' \n'])('an empty body, %j, is refused with an error that says what is expected', (text) => {
  const { status, problem } = problemOf(text);
  expect(status).toBe(400);
  expect(problem.errors?.[0]?.message).toBe('is empty; it must be a list of image URLs, or an object with "urls"');
});

test.each(['2030-01-02T03:04:05.5+02:00', 'Wed, 02 Jan 2030 01:04:05 GMT', '2030-01-02', '2030-01-02 01:04Z'])(
  'a deadline may be written as %s',
  (deadline) => {
    const { options } = parseStart(JSON.stringify({ urls: [url], deadline }), photos, {}, NOW);
    expect(new Date(options.deadline ?? 0).toISOString()).toMatch(/^2030-01-02T0[01]:0[04]/);
  },
);

test.each([
  ['over', '2025-12-31T23:59:59Z'],
  ['over by its offset', '2026-01-01T00:30:00+01:00'],
  ['over at this very instant', '2026-01-01T00:00:00Z'],
  ['more than ten years ahead', '2036-01-03T00:00:00Z'],
  ['at the end of the calendar', '9999-12-31T23:59:59Z'],
])('a deadline that is %s is refused with the limits', (_, deadline) => {
  const { status, problem } = problemOf(JSON.stringify({ urls: [url], deadline }));
  const message = 'must be ahead, by at most ten years: after 2026-01-01T00:00:00.000Z, until 2036-01-02T00:00:00.000Z';
  expect([status, problem.errors]).toEqual([400, [{ field: 'deadline', message }]]);
});

test('a deadline beyond the calendar because of its offset is refused', () => {
  const { status, problem } = problemOf(JSON.stringify({ urls: [url], deadline: '9999-12-31T23:59:59-14:00' }));
  expect([status, problem.errors?.[0]?.field]).toEqual([400, 'deadline']);
});

test('a deadline of exactly ten years is accepted', () => {
  const body = JSON.stringify({ urls: [url], deadline: '2036-01-02T00:00:00Z' });
  expect(parseStart(body, photos, {}, NOW).options.deadline).toBe(Date.UTC(2036, 0, 2));
});

test('the problem lists ten of many wrong URLs and counts the rest', () => {
  const { problem } = problemOf(JSON.stringify(Array.from({ length: 50 }, () => 'ftp://example.com/a.jpg')));
  expect(problem.errors).toHaveLength(10);
  expect(problem.detail).toContain('49 more');
});

test('an approval is part of the input, and fails the run without an answer in time', () => {
  const inputOf = (approval: object) => parseStart(JSON.stringify({ urls: [url], approval }), photos, {}, NOW).input;
  expect(inputOf({ timeout: 'PT30M' })).toEqual({ urls: [url], approval: { timeoutMs: 1_800_000, onTimeout: 'fail' } });
  expect(inputOf({ timeout: 'P1D', onTimeout: 'complete' })).toMatchObject({
    approval: { timeoutMs: 86_400_000, onTimeout: 'complete' },
  });
});

test('URLs are stored in normal form; a large body is shown by its number of URLs', () => {
  const many = Array.from({ length: 1_000 }, (_, index) => `HTTPS://Photos.Example/${index}.jpg`);
  const { input, shownInput } = parseStart(JSON.stringify(many), photos, {}, NOW);
  expect(JSON.stringify(input)).toContain('"https://photos.example/7.jpg"');
  expect(shownInput).toEqual({ urls: { count: 1_000 }, truncated: true });
});

test.each([
  [{ window: 0 }, ['window', 'must be a whole number from 1 to 1,000,000']],
  [{ window: 1.5 }, ['window', 'must be a whole number from 1 to 1,000,000']],
  [{ window: 'wide' }, ['window', 'must be a whole number from 1 to 1,000,000']],
  [{ window: 1e300 }, ['window', 'must be a whole number from 1 to 1,000,000']],
  [{ toleratedFailureCount: -1 }, ['toleratedFailureCount', 'must be a whole number from 0']],
  [{ toleratedFailurePercentage: 101 }, ['toleratedFailurePercentage', 'must be a number from 0 to 100']],
  [{ approval: 'PT30M' }, ['approval', 'must be an object like {"timeout": "PT30M"}']],
  [{ approval: {} }, ['approval.timeout', /^is missing; must be an ISO 8601 duration .* such as PT30M$/]],
  [{ approval: { timeout: 30 } }, ['approval.timeout', /^must be an ISO 8601 duration .* such as PT30M$/]],
  [{ approval: { timeout: '30 minutes' } }, ['approval.timeout', /^must be an ISO 8601 duration .* such as PT30M$/]],
  [{ approval: { timeout: '3'.repeat(41) } }, ['approval.timeout', /^must be an ISO 8601 duration .* such as PT30M$/]],
  [{ approval: { timeout: 'PT0S' } }, ['approval.timeout', 'must be at least a second']],
  [{ approval: { timeout: 'PT1M', onTimeout: 'wait' } }, ['approval.onTimeout', 'must be fail or complete']],
  [
    { approval: { timeout: 'PT1M', onTimeOut: 'fail' } },
    ['approval', 'has unknown fields: "onTimeOut"; known are timeout, onTimeout'],
  ],
  [{ windw: 3 }, ['body', /^has unknown fields: "windw"; known are urls, approval, window, tolerated.*, deadline$/]],
  [{ urls: undefined }, ['urls', 'is missing; must be a list']],
  [{ urls: [7] }, ['urls[0]', 'must be a text']],
])("%j is refused once, with the API's own message", (given, [field, message]) => {
  const { problem } = problemOf(JSON.stringify({ urls: [url], ...given }));
  expect(problem.errors).toHaveLength(1);
  const [error] = problem.errors ?? [];
  expect(error?.field).toBe(field);
  if (typeof message === 'string') expect(error?.message).toBe(message);
  else expect(error?.message).toMatch(message ?? '');
});

describe('a chain whose input is the body', () => {
  const order = {
    number: 'A-1',
    customer: { name: 'Zoë', email: 'zoe@example.org' },
    currency: 'EUR',
    lines: [{ article: 'Tea', quantity: 1, price: 4.35 }],
  };
  const options = { window: 4, toleratedFailureCount: 0, deadline: '2026-01-02T00:00:00.000Z' };

  test('takes it as it is; options are in the query', () => {
    expect(parseStart(JSON.stringify(order), orders.definition, options, NOW)).toEqual({
      input: { ...order, approvalTimeout: '30m' },
      options: { window: 4, tolerance: { count: 0 }, deadline: Date.UTC(2026, 0, 2) },
      shownInput: order,
    });
  });

  test.each([
    ['an option in the body', { ...order, window: 4 }, 'body', /unknown fields: "window"/],
    [
      'a wrong field inside',
      { ...order, lines: [{ article: 'Tea', quantity: 0, price: 1 }] },
      'lines[0].quantity',
      /1/,
    ],
    ['something missing', { ...order, customer: { name: 'Zoë' } }, 'customer.email', /^is missing; must be a text$/],
  ])('with %s is refused, and the field is named', (_, body, field, message) => {
    const { status, problem } = problemOf(JSON.stringify(body), orders.definition);
    expect([status, problem.errors?.[0]?.field]).toEqual([400, field]);
    expect(problem.errors?.[0]?.message).toMatch(message);
  });

  test('of several forms gets the faults of each form', () => {
    const { problem } = problemOf('{"url":7}', media.definition);
    expect(problem.errors).toEqual([
      {
        field: 'body',
        message: 'matches none of the accepted forms: blob is missing; must be a text; or url must be a text',
      },
    ]);
    expect(problemOf('{"url":"ftp://a.example/f"}', media.definition).problem.errors).toEqual([
      { field: 'url', message: 'must be a URL, such as https://example.com/a' },
    ]);
  });

  test('that is empty is refused with an error that says what is expected, unless the input may be null', () => {
    expect(problemOf('', orders.definition).problem.errors?.[0]?.message).toBe(
      "is empty; it must be the chain's input, as JSON",
    );
    const tick = defineChain({ name: 'tick', version: 1, app: 'a', input: z.null() })
      .task('one', { result: z.null() })
      .output(() => null);
    expect(parseStart(' ', tick.definition, {}, NOW).input).toBeNull();
  });

  test('that is larger than a run stores is refused with 413 and the limit', () => {
    const note = defineChain({ name: 'note', version: 1, app: 'a', input: z.string() })
      .task('one', { result: z.null() })
      .output(() => null);
    const text = JSON.stringify('x'.repeat(VALUE_MAX_CHARS - 2));
    expect(parseStart(text, note.definition, {}, NOW)).toMatchObject({ shownInput: { truncated: true } });
    const { status, problem } = problemOf(JSON.stringify('x'.repeat(VALUE_MAX_CHARS - 1)), note.definition);
    expect([status, problem.code, problem.errors?.[0]]).toEqual([
      413,
      'InputTooLarge',
      expect.objectContaining({ field: 'body', limit: VALUE_MAX_CHARS }),
    ]);
  });
});

test('an option in both the query and the body is refused, since they may differ', () => {
  const { problem } = problemOf(JSON.stringify({ urls: [url], window: 8 }), photos, { window: 9 });
  expect(problem.errors).toEqual([{ field: 'window', message: 'is given in the query and in the body' }]);
  const given = JSON.stringify({ urls: [url], toleratedFailureCount: 1 });
  expect(parseStart(given, photos, { window: 9 }, NOW).options).toMatchObject({ window: 9, tolerance: { count: 1 } });
});
