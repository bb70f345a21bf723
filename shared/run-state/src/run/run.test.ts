import { expect, it } from 'vitest';
import { failedRun, head, NOW, suspendedRun } from '../test/states.ts';
import { headOf } from './run.ts';

it('the head of a run is what every status has, and nothing of what belongs to one', () => {
  expect(headOf(failedRun())).toEqual(head);
  expect(headOf(suspendedRun({ updatedAt: NOW }))).toEqual({ ...head, updatedAt: NOW });
});
