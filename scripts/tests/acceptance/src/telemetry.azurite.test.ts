import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { startStubbedSystem } from '@tally/test-system';
import { waitUntil } from '@tally/testing';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { endedStatus, postRun } from './calls.fixture.ts';

const value = z.looseObject({ stringValue: z.string().optional() });
const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  attributes: z.array(z.object({ key: z.string(), value })),
});
type Span = z.infer<typeof spanSchema>;
const tracesSchema = z.object({
  resourceSpans: z.array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })) })),
});
const metricsSchema = z.object({
  resourceMetrics: z.array(
    z.object({ scopeMetrics: z.array(z.object({ metrics: z.array(z.object({ name: z.string() })) })) }),
  ),
});

/** An OTLP endpoint that keeps what it receives. */
async function startCollector() {
  const spans: Span[] = [];
  const metrics = new Set<string>();
  const server = createServer((request, response) => {
    const take = async () => {
      const body = await json(request);
      if (request.url === '/v1/traces') {
        const { resourceSpans } = tracesSchema.parse(body);
        spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      } else {
        const { resourceMetrics } = metricsSchema.parse(body);
        for (const { scopeMetrics } of resourceMetrics)
          for (const scope of scopeMetrics) for (const { name } of scope.metrics) metrics.add(name);
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    };
    take().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the collector has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    spans,
    metrics,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Detect calls so often for one image before it gives it back to the queue. */
const CALLS_A_DELIVERY = 3;

test("a run's spans form one tree, from the HTTP start through every queue to its completion, and metrics are sent", async () => {
  const collector = await startCollector();
  const system = await startStubbedSystem({
    face: {
      // One image needs a second delivery, whose message detect sends.
      respond: (url, tries) =>
        url.endsWith('/7.jpg') && tries < CALLS_A_DELIVERY
          ? { status: 500, code: 'InternalServerError' }
          : { faces: [0.5] },
    },
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '200',
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
    },
  });
  try {
    // All may be out at once. That is more messages than the start sends itself, so it sends a dispatch message.
    const urls = Array.from({ length: 2_500 }, (_, place) => `https://a.example/${place}.jpg`);
    const { id, statusQueryGetUri } = await postRun(system, { urls, window: urls.length });
    const ended = await waitUntil(async () => await endedStatus(statusQueryGetUri), {
      describe: 'the run ends',
      hangGuardMs: 90_000,
    });
    expect(ended).toMatchObject({ runtimeStatus: 'Completed', counts: { succeeded: urls.length } });

    const names = [
      'queue.depth',
      'queue.poison',
      'runs.live',
      'runs.stuck',
      'runs.unserved',
      'items.rate',
      'item.latency',
    ];
    // The watchdog makes a pass every half minute.
    await waitUntil(async () => [...names, 'watchdog.heartbeat'].every((name) => collector.metrics.has(name)), {
      describe: 'all metrics have come',
      hangGuardMs: 90_000,
    });
    // An app sends its remaining spans while it stops.
    await system.stop();

    const spans = collector.spans.filter(({ attributes }) =>
      attributes.some(({ key, value: { stringValue } }) => key === 'run' && stringValue === id),
    );
    const ids = new Set(spans.map(({ spanId }) => spanId));
    const isRoot = ({ parentSpanId }: Span) => parentSpanId === undefined || parentSpanId === '';
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(spans.filter(isRoot).map(({ name }) => name)).toEqual(['intake http']);
    expect(spans.filter((span) => !isRoot(span) && !ids.has(span.parentSpanId ?? ''))).toEqual([]);
    expect(new Set(spans.map(({ name }) => name))).toEqual(
      new Set(['intake http', 'intake queue', 'detect queue', 'aggregate queue', 'complete run']),
    );
    // A message continues from exactly the span that sent it, so each stage is below another stage.
    const nameOf = new Map(spans.map(({ spanId, name }) => [spanId, name]));
    const parents = (name: string) =>
      new Set(spans.filter((span) => span.name === name).map(({ parentSpanId = '' }) => nameOf.get(parentSpanId)));
    expect(parents('intake queue')).toEqual(new Set(['intake http']));
    expect(parents('detect queue')).toContain('detect queue');
    expect(parents('aggregate queue')).toContain('detect queue');
    expect(parents('complete run')).toEqual(new Set(['aggregate queue']));
  } finally {
    await system.stop();
    await collector.stop();
  }
}, 300_000);
