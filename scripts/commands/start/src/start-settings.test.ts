import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tally/testing';
import { expect, test } from 'vitest';
import { chainNames } from './app-names.ts';
import { UsageError } from './start-error.ts';
import { readStartSettings, type StartArguments } from './start-settings.ts';

const read = (args: StartArguments, env: Record<string, string> = {}) =>
  readStartSettings(args, env, '/home/me', '/repo/.tally/data');

test('without any setting everything is local, on the port of the official Functions host', () => {
  expect(read({})).toEqual({
    port: 7071,
    dataFolder: '/repo/.tally/data',
    storage: undefined,
    face: { kind: 'local', allowHosts: [] },
    chains: ['face-happiness'],
    env: {},
  });
});

test('the command line wins over the environment', () => {
  const env = {
    TALLY_PORT: '8000',
    TALLY_DATA: 'there',
    FACE_ENDPOINT: 'https://there.example/',
    TallyStorage: 'there',
  };
  expect(read({}, env)).toMatchObject({
    port: 8000,
    dataFolder: '/home/me/there',
    storage: 'there',
    face: { kind: 'given', endpoint: 'https://there.example' },
  });
  expect(
    read({ port: '0', data: '/here', face: 'http://127.0.0.1:9', storage: 'here' }, { ...env, FACE_KEY: 'k' }),
  ).toMatchObject({
    port: 0,
    dataFolder: '/here',
    storage: 'here',
    face: { kind: 'given', endpoint: 'http://127.0.0.1:9' },
  });
});

test('an empty variable counts as absent', () => {
  expect(read({}, { TALLY_PORT: '', FACE_ENDPOINT: '', TallyStorage: '' })).toEqual(read({}));
});

test('a Face endpoint may have a key; without one it is called with an identity', () => {
  const env = { FACE_ENDPOINT: 'https://a.example', FACE_KEY: 'secret' };
  expect(read({}, env).face).toEqual({ kind: 'given', endpoint: 'https://a.example', key: 'secret' });
  expect(read({}, { ...env, FACE_KEY: '' }).face).toEqual({ kind: 'given', endpoint: 'https://a.example' });
});

test('a Face endpoint over plain http needs a key, and the error says what to type', () => {
  const start = () => read({ face: 'http://127.0.0.1:9' });
  expect(start).toThrow('FACE_KEY is missing: the key of http://127.0.0.1:9.');
  expect(start).toThrow('\n  FACE_KEY=<key> npm start -- --face http://127.0.0.1:9\n');
});

test('the connection string may come from a file, which is named if it cannot be used', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'storage.txt');
  const fromFile = (args: StartArguments = {}) => readStartSettings({ storageFile: file, ...args }, {}, '/', '/data');
  expect(fromFile).toThrow(new UsageError(`--storage-file ${file} can't be read (ENOENT).`));
  writeFileSync(file, '\n');
  expect(fromFile).toThrow(`--storage-file ${file} is empty`);
  writeFileSync(file, 'AccountName=a;AccountKey=k==\n');
  expect(fromFile().storage).toBe('AccountName=a;AccountKey=k==');
  expect(() => fromFile({ storage: 'AccountName=b' })).toThrow('--storage and --storage-file');
});

test('every wrong setting is named, by its option and its variable', () => {
  const wrong = () => read({ port: '70710' }, { FACE_ENDPOINT: 'ftp://a.example' });
  expect(wrong).toThrow(UsageError);
  expect(wrong).toThrow(
    /--port \(or TALLY_PORT\) must be a port number.*\n--face \(or FACE_ENDPOINT\) must be an http/,
  );
});

test('chains are started by their names; without a name, the default one', () => {
  expect(read({ chains: 'face-happiness, media' }, { TALLY_CHAINS: 'orders' }).chains).toEqual([
    'face-happiness',
    'media',
  ]);
  expect(read({ chains: 'all' }).chains).toEqual(chainNames);
  expect(read({}, { TALLY_CHAINS: 'orders' })).toMatchObject({ chains: ['orders'], env: {} });
  expect(() => read({ chains: 'order' })).toThrow(
    /--chains \(or TALLY_CHAINS\) must be all, or name chains .*: face-happiness, /,
  );
});

test.each(['-1', '1e3', '7071x', '65536', ' 7071'])('%j is not a port', (port) => {
  const settings = () => read({ port });
  expect(settings).toThrow(/--port/);
});

test('the apps get the variables that concern them, and no others', () => {
  const env = {
    TALLY_FACE_WORKERS: '1',
    AZURE_CLIENT_ID: 'id',
    OTEL_SERVICE_NAME: 'name',
    HTTPS_PROXY: 'http://proxy.example',
    no_proxy: 'a.example',
    NODE_EXTRA_CA_CERTS: '/ca.pem',
    TALLY_PORT: '0',
    TALLY_DATA: 'd',
    TALLY_FACE_ALLOW_HOSTS: '10.0.0.1:80, 10.0.0.2:80',
    SECRET: 'secret',
    NODE_OPTIONS: '--inspect',
  };
  const settings = read({}, env);
  expect(Object.keys(settings.env).sort()).toEqual([
    'AZURE_CLIENT_ID',
    'HTTPS_PROXY',
    'NODE_EXTRA_CA_CERTS',
    'OTEL_SERVICE_NAME',
    'TALLY_FACE_WORKERS',
    'no_proxy',
  ]);
  expect(settings.face).toEqual({ kind: 'local', allowHosts: ['10.0.0.1:80', '10.0.0.2:80'] });
});

test('allowed host names reach the apps; the command line wins over the environment', () => {
  const env = { TALLY_HOST_ALLOW_HOSTS: 'There.example' };
  expect(read({}, env).env).toEqual({ TALLY_HOST_ALLOW_HOSTS: 'there.example' });
  expect(read({ allowHost: 'Here.example,here' }, env).env).toEqual({ TALLY_HOST_ALLOW_HOSTS: 'here.example,here' });
  expect(() => read({ allowHost: 'http://here.example' })).toThrow(
    /--allow-host \(or TALLY_HOST_ALLOW_HOSTS\) must be host/,
  );
});
