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

test('the text says how to use what was started, where its data are and how to stop it', () => {
  const text = readyText(local);
  expect(text).toContain(
    `curl -i -X POST http://127.0.0.1:7071/api/runs -H 'content-type: application/json' -d '["${local.photoUrl}"]'`,
  );
  expect(text).toContain('AccountName=a;AccountKey=b');
  expect(text).toContain('/data');
  expect(text).toContain('Page     http://127.0.0.1:7071/api/dashboard\n');
  expect(text).toContain('Ctrl-C');
});

test('the next steps are those of the started chains', () => {
  const orders = readyText({ ...local, chains: ['orders'] });
  expect(orders).toContain('http://127.0.0.1:7071/api/chains/orders/runs');
  expect(orders).toContain('npm run demo -- orders');
  expect(orders).not.toMatch(/photo/i);
  expect(readyText({ ...local, chains: ['media'] })).toContain('tally -- upload film.mp4');
  expect(readyText({ ...local, chains: ['face-happiness', 'orders'] })).toMatch(/sample photos.*sample order/s);
  expect(readyText({ ...local, chains: ['mine'] })).toContain('/api/chains/mine/runs');
});

test('mails are mentioned if they are caught, and faces if a chain needs them', () => {
  expect(readyText(local)).not.toContain('Mails');
  expect(readyText({ ...local, mailFolder: '/data/mails' })).toMatch(/Mails {4}\/data\/mails .*tally -- mails/);
  expect(readyText({ ...local, face: { kind: 'none' } })).toContain('no chain needs it');
});

test('the connection string of a given storage is not repeated, since it may contain a secret', () => {
  expect(readyText({ ...local, dataFolder: null })).not.toContain('AccountKey=b');
});
