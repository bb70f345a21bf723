import { expect, test } from 'vitest';
import { isPlainHttp } from './storage-connection.ts';

test.each([
  ['UseDevelopmentStorage=true', true, true, true],
  ['DefaultEndpointsProtocol=http;AccountName=a;AccountKey=k;', true, true, true],
  ['DefaultEndpointsProtocol=https;AccountName=a;AccountKey=k;EndpointSuffix=core.windows.net', false, false, false],
  ['AccountName=a;QueueEndpoint=http://127.0.0.1:1/a;TableEndpoint=https://127.0.0.1:2/a;', true, false, false],
  ['AccountName=a;BlobEndpoint=http://127.0.0.1:1/a;', false, false, true],
])('%s: queues without TLS %s, tables %s, blobs %s', (text, queues, tables, blobs) => {
  expect([isPlainHttp(text, 'Queue'), isPlainHttp(text, 'Table'), isPlainHttp(text, 'Blob')]).toEqual([
    queues,
    tables,
    blobs,
  ]);
});
