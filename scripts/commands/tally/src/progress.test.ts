import { expect, test } from 'vitest';
import { Progress, renderBar, type Shown } from './progress.ts';

function status(done: number, total: number, failed = 0): Shown {
  const runtimeStatus = done === total ? 'Completed' : 'Running';
  return { runtimeStatus, rate: null, eta: null, counts: { total, succeeded: done - failed, failed, aborted: 0 } };
}

function recording(isTTY: boolean) {
  const written: string[] = [];
  let at = 0;
  const progress = new Progress({ isTTY, write: (text) => written.push(text) }, () => at);
  const tick = (ms: number): void => {
    at += ms;
  };
  return { progress, written, tick };
}

test('the bar shows the finished part, failures and the time', () => {
  expect(renderBar(status(3, 6, 1), 0, 65_000)).toBe(
    `Running    ${'█'.repeat(15)}${'░'.repeat(15)}  3/6 images, 1 failed  1:05`,
  );
  expect(renderBar(status(1, 1), 0, 0)).toBe(`Completed  ${'█'.repeat(30)}  1/1 image  0:00`);
  expect(renderBar(status(6, 6), 0, 0)).toBe(`Completed  ${'█'.repeat(30)}  6/6 images  0:00`);
});

test('the bar shows rate and remaining time, if known', () => {
  const eta = new Date(100_000).toISOString();
  expect(renderBar({ ...status(3, 6), rate: 0.5, eta }, 0, 10_000)).toMatch(
    /3\/6 images {2}0:10 {2}0\.5\/s, 1:30 left$/,
  );
  expect(renderBar({ ...status(6, 6), rate: 12, eta: null }, 0, 10_000)).toMatch(/0:10 {2}12\.0\/s$/);
});

test('a terminal gets one line that is redrawn, and stays at the end', () => {
  const { progress, written, tick } = recording(true);
  progress.update(status(0, 2));
  tick(1_000);
  progress.update(status(2, 2));
  progress.end();
  progress.end();
  expect(written).toHaveLength(3);
  expect(written[1]).toBe(`\r\u001b[K${renderBar(status(2, 2), 0, 1_000)}`);
  expect(written[2]).toBe('\n');
});

test('a file gets plain lines, one for each tenth of many images', () => {
  const { progress, written } = recording(false);
  for (let done = 0; done <= 1_000; done += 1) progress.update(status(done, 1_000));
  progress.end();
  expect(written).toHaveLength(11);
  expect(written[1]).toBe('Running: 100 of 1000 images done\n');
  expect(written.at(-1)).toBe('Completed: 1000 of 1000 images done\n');
});

test('a file gets each state once', () => {
  const { progress, written } = recording(false);
  for (let times = 0; times < 5; times += 1) progress.update(status(1, 6));
  progress.update(status(1, 1));
  expect(written).toEqual(['Running: 1 of 6 images done\n', 'Completed: 1 of 1 image done\n']);
});
