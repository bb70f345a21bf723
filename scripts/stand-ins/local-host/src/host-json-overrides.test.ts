import { expect, test } from 'vitest';
import { parseHostConfig } from './host-config.ts';
import { overrideHostJson } from './host-json-overrides.ts';

const hostJson = { version: '2.0', extensions: { queues: { batchSize: 16, maxPollingInterval: '00:00:02' } } };

test('a setting replaces its value in host.json, and nothing else', () => {
  const env = {
    AzureFunctionsJobHost__extensions__queues__maxPollingInterval: '00:00:00.250',
    AzureFunctionsJobHost__Extensions__QUEUES__batchsize: '8',
    AzureFunctionsJobHost__functionTimeout: '00:01:00',
    OTHER__extensions__queues__batchSize: '1',
  };
  const overridden = overrideHostJson(hostJson, env);
  expect(overridden).toEqual({
    version: '2.0',
    functionTimeout: '00:01:00',
    extensions: { queues: { batchSize: 8, maxPollingInterval: '00:00:00.250' } },
  });
  expect(parseHostConfig(overridden, 'host.json').queues).toMatchObject({ batchSize: 8, maxPollingIntervalMs: 250 });
  expect(hostJson.extensions.queues.batchSize).toBe(16);
});

test('a wrong value is refused as in host.json', () => {
  const overridden = overrideHostJson(hostJson, { AzureFunctionsJobHost__extensions__queues__batchSize: '33' });
  expect(() => parseHostConfig(overridden, 'host.json')).toThrow(/batchSize/);
});
