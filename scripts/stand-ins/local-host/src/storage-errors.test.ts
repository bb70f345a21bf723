import { RestError } from '@azure/storage-queue';
import { describe, expect, it } from 'vitest';
import { explainStorageError, isEmptyPoll, isMessageGone, isUnreachable } from './storage-errors.ts';

const answer = (statusCode: number, code: string) => new RestError('message', { statusCode, code });
const silence = new RestError('connect ECONNREFUSED', { code: 'ECONNREFUSED' });

describe('a storage error', () => {
  it.each([
    ['no answer', silence, { unreachable: true, emptyPoll: false, gone: false }],
    ['a time-out', new DOMException('late', 'TimeoutError'), { unreachable: true, emptyPoll: false, gone: false }],
    ['404 QueueNotFound', answer(404, 'QueueNotFound'), { unreachable: false, emptyPoll: true, gone: true }],
    ['409 QueueBeingDeleted', answer(409, 'QueueBeingDeleted'), { unreachable: false, emptyPoll: true, gone: true }],
    ['409 other', answer(409, 'Other'), { unreachable: false, emptyPoll: false, gone: false }],
    ['500', answer(500, 'InternalError'), { unreachable: false, emptyPoll: true, gone: false }],
    ['503', answer(503, 'ServerBusy'), { unreachable: false, emptyPoll: true, gone: false }],
    ['404 MessageNotFound', answer(404, 'MessageNotFound'), { unreachable: false, emptyPoll: true, gone: true }],
    ['400 PopReceiptMismatch', answer(400, 'PopReceiptMismatch'), { unreachable: false, emptyPoll: false, gone: true }],
    ['400 other', answer(400, 'InvalidHeaderValue'), { unreachable: false, emptyPoll: false, gone: false }],
    ['403', answer(403, 'AuthenticationFailed'), { unreachable: false, emptyPoll: false, gone: false }],
    ['a bug', new TypeError('x is not a function'), { unreachable: false, emptyPoll: false, gone: false }],
  ])('%s is classified as the rules say (rules 4, 5, 8 and 9)', (_, error, expected) => {
    const sorted = { unreachable: isUnreachable(error), emptyPoll: isEmptyPoll(error), gone: isMessageGone(error) };
    expect(sorted).toEqual(expected);
  });

  it('is reported with the setting and what to do', () => {
    const explain = (error: unknown) => explainStorageError(error, 'TallyStorage', 'http://127.0.0.1:1/x');
    expect(explain(silence)).toMatch(/TallyStorage.*can't be reached.*npm start/);
    expect(explain(answer(403, 'AuthenticationFailed'))).toMatch(
      /refuses.*TallyStorage \(403 AuthenticationFailed\).*AccountKey/,
    );
    expect(explain(answer(400, 'InvalidHeaderValue'))).toContain('400 InvalidHeaderValue');
  });
});
