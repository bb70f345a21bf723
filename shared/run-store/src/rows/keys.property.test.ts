import { keyText, RUN_ID_KEY_MAX_CHARS, runIdSchema } from '@tally/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkTransaction } from '../tables/table-limits.ts';
import { BOUNDS } from './bounds.ts';
import { deadLetterRow } from './dead-letter-row.ts';
import { eventRow } from './event-row.ts';
import { dayRow, liveRow, purgeRow } from './index-rows.ts';
import { LEDGER_ROW, letterPointerKey, shardPartition, summaryKey } from './keys.ts';
import { outputRow, taskRow } from './value-rows.ts';

/** Characters that take more room in a key than one, that a key can't hold, and others. */
const id = fc.string({
  unit: fc.constantFrom("'", '~', 'a', ' ', 'é', '\u{1f600}', '\u2028', '\ud800', '/'),
  maxLength: 300,
});
/**
 * The longest there are. A generation takes fewer characters than its form allows, and an event's name as
 * many as the API takes.
 */
const STAGE = 's'.repeat(81);
const ROUND = { node: 'n'.repeat(40), since: BOUNDS.epochs };
const EVENT = "'".repeat(100);
/** Names a letter among those of its stage, however long the run's id is. */
const LETTER = 'x'.repeat(100);
const AT = Date.UTC(2285, 0, 1);
const generation = AT.toString(36);

test('every key made of an accepted id is valid in a table', () => {
  const ids = fc.oneof(id, fc.constantFrom("'".repeat(256), '~'.repeat(200), "'".repeat(146), 'a'.repeat(256)));
  fc.assert(
    fc.property(ids, (runId) => {
      fc.pre(runIdSchema.safeParse(runId).success);
      const about = { stage: STAGE, at: AT, sourceQueue: '', body: '', reason: '', dequeueCount: 0 };
      const rows = [
        {
          partitionKey: shardPartition({ runId, generation: 'z'.repeat(12), ...ROUND, shard: 63 }),
          rowKey: LEDGER_ROW,
          cells: {},
        },
        { partitionKey: keyText(runId), rowKey: summaryKey(generation, ROUND, 63), cells: {} },
        { partitionKey: keyText(runId), rowKey: letterPointerKey(generation, STAGE, AT, LETTER), cells: {} },
        taskRow({ runId, generation }, ROUND, { input: null }),
        outputRow({ runId, generation }, ROUND, null),
        eventRow({ runId, generation }, EVENT, { at: AT, payload: null }),
        liveRow({ runId, touchedAt: 0, forStart: false }),
        dayRow({ runId, generation, name: '', createdAt: AT }),
        purgeRow({ runId, generation, opened: [] }),
        deadLetterRow({ ...about, id: LETTER }),
      ];
      for (const row of rows) checkTransaction([{ kind: 'insert', row }]);
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ['257 characters', 'a'.repeat(257), /at most 256 characters/],
  ['147 apostrophes', "'".repeat(147), new RegExp(`at most ${RUN_ID_KEY_MAX_CHARS} characters.*three`)],
  ['256 tildes', '~'.repeat(256), new RegExp(`at most ${RUN_ID_KEY_MAX_CHARS} characters.*three`)],
  ['a line separator', 'a\u2028b', /line separators/],
  ['a paragraph separator', 'a\u2029b', /line separators/],
  ['a control character', 'a\u0085b', /control characters/],
  ['half a character', 'a\ud83d', /half a character/],
])('an id of %s is refused with the limit that it breaks', (_, runId, message) => {
  expect(() => runIdSchema.parse(runId)).toThrow(message);
});
