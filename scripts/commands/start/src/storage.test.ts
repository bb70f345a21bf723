import { expect, test } from 'vitest';
import { endpointsOf } from './storage.ts';

test('named endpoints are used', () => {
  const text = 'AccountName=a;AccountKey=k==;QueueEndpoint=http://127.0.0.1:1/a;TableEndpoint=http://127.0.0.1:2/a;';
  expect(endpointsOf(text)).toEqual(['http://127.0.0.1:1/a', 'http://127.0.0.1:2/a']);
});

test('the blob endpoint too, if it is named', () => {
  const text =
    'QueueEndpoint=http://127.0.0.1:1/a;TableEndpoint=http://127.0.0.1:2/a;BlobEndpoint=http://127.0.0.1:3/a;';
  expect(endpointsOf(text)).toEqual(['http://127.0.0.1:1/a', 'http://127.0.0.1:2/a', 'http://127.0.0.1:3/a']);
});

test('otherwise they follow from the account', () => {
  const text = 'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=k==;EndpointSuffix=core.example';
  expect(endpointsOf(text)).toEqual([
    'https://a.queue.core.example',
    'https://a.table.core.example',
    'https://a.blob.core.example',
  ]);
});

test('the development storage is an Azurite on its default ports', () => {
  expect(endpointsOf('UseDevelopmentStorage=true')).toEqual([
    'http://127.0.0.1:10001/devstoreaccount1',
    'http://127.0.0.1:10002/devstoreaccount1',
    'http://127.0.0.1:10000/devstoreaccount1',
  ]);
});

test('anything else is not a connection string', () => {
  expect(() => endpointsOf('https://a.queue.core.windows.net')).toThrow('TallyStorage) is not a connection string');
});
