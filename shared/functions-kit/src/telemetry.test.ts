import { expect, test } from 'vitest';
import { createTelemetry } from './telemetry.ts';
import { telemetrySettingsSchema } from './telemetry-settings.ts';
import { currentScope } from './trace-scope.ts';

const parent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

test('without settings no telemetry is sent, and the log still has run, stage and trace', async () => {
  const { telemetry, start, stop } = createTelemetry('test', telemetrySettingsSchema.parse({}));
  await start();
  expect(telemetry.isOn()).toBe(false);
  const seen = await telemetry.span('outer', parent, { run: 'r1', stage: 'detect' }, () =>
    telemetry.span('inner', undefined, { item: 7 }, async () => [currentScope()?.about, telemetry.traceparent()]),
  );
  expect(seen).toEqual([
    { run: 'r1', stage: 'detect', item: 7, traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) },
    undefined,
  ]);
  expect(currentScope()).toBeUndefined();
  await stop();
});

test('an unsupported protocol is refused, and the supported one is named', () => {
  expect(() => telemetrySettingsSchema.parse({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toThrow('must be http/json');
});
