import { describe, expect, it } from 'vitest';
import { claim, ledgerOf, NOW, runningRun, suspendedRun } from '../test/states.ts';
import { isClaimable, topUp } from './top-up.ts';

describe('topUp (I3)', () => {
  it('claims the lowest chunks until the share is out', () => {
    const topped = topUp(
      runningRun({ window: 9 }),
      ledgerOf({
        open: [claim(7)],
        todo: [
          [2, 2],
          [4, 6],
        ],
      }),
      'me',
      NOW,
    );
    expect(topped.todo).toEqual([[5, 6]]);
    expect(topped.open.map(({ chunk }) => chunk)).toEqual([7, 2, 4]);
  });

  it.each([
    ['the share is out', runningRun({ window: 3 }), ledgerOf({ open: [claim(0)], todo: [[1, 1]] })],
    [
      'more than the share is out, since the window was narrowed',
      runningRun({ window: 3 }),
      ledgerOf({ open: [claim(0), claim(1)], todo: [[2, 2]] }),
    ],
    ['nothing is to do', runningRun(), ledgerOf()],
    ['the run is suspended', suspendedRun(), ledgerOf({ todo: [[0, 0]] })],
    ['the ledger is of another epoch (I7)', runningRun({ epoch: 2 }), ledgerOf({ todo: [[0, 0]] })],
    ['the ledger is closed (I5)', runningRun(), ledgerOf({ closed: true, todo: [[0, 0]] })],
  ])('claims nothing if %s', (_, run, ledger) => {
    expect(topUp(run, ledger, 'me', NOW)).toBe(ledger);
  });
});

it("claims from a ledger only while the run is Running in the ledger's epoch", () => {
  expect(isClaimable(runningRun(), ledgerOf())).toBe(true);
});
