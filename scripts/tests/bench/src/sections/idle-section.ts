import { linesSvg } from '../charts/lines.ts';
import type { Idle } from '../measurements/idle.ts';
import { figure, goal, type Section, table } from '../page/section.ts';
import { quantile } from '../statistics.ts';

/** List prices in dollars a request: pay as you go, general-purpose v2, LRS. They differ by region. */
const QUEUE_PRICE = 0.004 / 10_000;
const TABLE_PRICE = 0.000_36 / 10_000;
const MINUTES_A_MONTH = 43_800;

const MOST_REQUESTS = 60;
const MOST_MS = 1_500;

export function idleSection({ rows }: Idle): Section {
  const requests = ({ queueRequests, tableRequests }: Idle['rows'][number]) => queueRequests + tableRequests;
  const p50 = ({ latenciesMs }: Idle['rows'][number]) => quantile(latenciesMs, 0.5);
  const nameOf = ({ polling }: Idle['rows'][number]) => (polling === null ? 'as shipped' : `${polling} s`);
  const reached = rows.filter((row) => requests(row) <= MOST_REQUESTS && p50(row) <= MOST_MS);
  const [shipped] = rows;
  const text = [
    'Storage requests of intake, detect and aggregate while nothing is done, and how long a run of one image then takes, by how long an empty queue is left alone at the most.',
    '![idle requests against latency](idle.svg)',
    table(
      ['longest pause between looks', 'requests a minute', 'a month', 'one image, p50', 'p95'],
      rows.map((row) => {
        const month = MINUTES_A_MONTH * (row.queueRequests * QUEUE_PRICE + row.tableRequests * TABLE_PRICE);
        return [
          nameOf(row),
          figure(requests(row), 0),
          `$${figure(month, 2)}`,
          `${figure(p50(row))} ms`,
          `${figure(quantile(row.latenciesMs, 0.95))} ms`,
        ];
      }),
    ),
    `At most ${MOST_REQUESTS} requests a minute and one image within ${figure(MOST_MS)} ms at p50: ${goal(reached.length > 0, reached.length > 0 ? reached.map(nameOf).join(', ') : 'no setting has both; choose by the table')}.`,
    'The setting is `AzureFunctionsJobHost__extensions__queues__maxPollingInterval` of each app, such as `00:00:05`, or `maxPollingIntervalMs` of `listening` in a chain. Prices: $0.004 for 10,000 requests to queues, $0.00036 to tables (list prices, pay as you go; they differ by region).',
    ...(shipped === undefined
      ? []
      : [
          'What is asked as shipped, a minute:',
          table(
            ['operation', 'a minute'],
            Object.entries(shipped.byOperation).map(([name, count]) => [name, figure(count, 1)]),
          ),
        ]),
  ];
  const points = rows
    .filter(({ polling }) => polling !== null)
    .map((row) => ({ x: requests(row), y: p50(row), line: 'p50', text: nameOf(row) }));
  const goals = [{ x: MOST_REQUESTS, y: MOST_MS }];
  return {
    title: 'The idle system',
    text: text.join('\n\n'),
    plots: {
      idle: linesSvg(points, {
        x: 'storage requests a minute while nothing is done',
        y: 'milliseconds until one image is done, p50',
        goals,
      }),
    },
  };
}
