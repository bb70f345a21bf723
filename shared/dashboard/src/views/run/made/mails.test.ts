import { expect, test } from 'vitest';
import { mailsOf } from './mails.ts';

test('a task whose output has a Message-ID has sent a mail', () => {
  const at = '2026-01-02T00:00:00.0000000Z';
  const done = (node: string, result: unknown) => ({
    ...{ EventType: 'TaskCompleted', FunctionName: node, Result: result, Timestamp: at },
  });
  const mails = mailsOf([
    done('ask', { messageId: '<a@shop.example>' }),
    done('pdf', { container: 'runs', name: 'order.pdf', bytes: 1 }),
    done('save', null),
    { EventType: 'TaskScheduled', Name: 'email', Timestamp: at },
  ]);
  expect(mails).toEqual([{ node: 'ask', messageId: '<a@shop.example>', at }]);
});
