import { expect, test } from 'vitest';
import { readyText } from './ready-text.ts';

const local = {
  baseUrl: 'http://127.0.0.1:7071',
  connectionString: 'AccountName=a;AccountKey=b',
  dataFolder: '/data',
  face: { kind: 'local', url: 'http://127.0.0.1:9', photoPorts: [1] },
  mailFolder: null,
  photoUrl: 'http://127.0.0.1:1/samples/1/sample1.jpg',
  chains: ['face-happiness'],
} as const;

test('what was started says how to use it, where its data are and how to stop it', () => {
  const text = readyText(local);
  expect(text).toContain(
    `curl -i -X POST http://127.0.0.1:7071/api/runs -H 'content-type: application/json' -d '["${local.photoUrl}"]'`,
  );
  expect(text).toContain('AccountName=a;AccountKey=b');
  expect(text).toContain('/data');
  expect(text).toContain('Page     http://127.0.0.1:7071/api/dashboard\n');
  expect(text).toContain('Ctrl-C');
});

test('what to do next is about the chains that were started', () => {
  const orders = readyText({ ...local, chains: ['orders'] });
  expect(orders).toContain('http://127.0.0.1:7071/api/chains/orders/runs');
  expect(orders).toContain('npm run demo -- orders');
  expect(orders).not.toMatch(/photo/i);
  expect(readyText({ ...local, chains: ['media'] })).toContain('tally -- upload film.mp4');
  expect(readyText({ ...local, chains: ['face-happiness', 'orders'] })).toMatch(/sample photos.*sample order/s);
  expect(readyText({ ...local, chains: ['mine'] })).toContain('/api/chains/mine/runs');
});

test('mails are spoken of where they are caught, and faces where a chain asks for them', () => {
  expect(readyText(local)).not.toContain('Mails');
  expect(readyText({ ...local, mailFolder: '/data/mails' })).toMatch(/Mails {4}\/data\/mails .*tally -- mails/);
  expect(readyText({ ...local, face: { kind: 'none' } })).toContain('no chain asks for them');
});

test('the connection string of a given storage is not repeated: it may hold a secret', () => {
  expect(readyText({ ...local, dataFolder: null })).not.toContain('AccountKey=b');
});
