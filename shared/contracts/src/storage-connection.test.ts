import { expect, test } from 'vitest';
import { isPlainHttp } from './storage-connection.ts';

test.each([
  ['UseDevelopmentStorage=true', true, true],
  ['DefaultEndpointsProtocol=http;AccountName=a;AccountKey=k;', true, true],
  ['DefaultEndpointsProtocol=https;AccountName=a;AccountKey=k;EndpointSuffix=core.windows.net', false, false],
  ['AccountName=a;QueueEndpoint=http://127.0.0.1:1/a;TableEndpoint=https://127.0.0.1:2/a;', true, false],
])('%s: queues without TLS %s, tables %s', (text, queues, tables) => {
  expect([isPlainHttp(text, 'Queue'), isPlainHttp(text, 'Table')]).toEqual([queues, tables]);
});
