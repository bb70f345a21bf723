import type { HistoryEvent, RunNode, RunStatusBody } from '@tally/api';
import { counted } from '@tally/contracts';
import { localTime } from './local-time.ts';
import { nodeWords } from './node-words.ts';
import { renderOutput, renderReason } from './render-output.ts';
import { clip, renderFields, renderTable } from './table.ts';

/** The state of a run for a person: a line for each known fact. */
export function renderStatus(status: RunStatusBody, now = Date.now()): string {
  const { instanceId, runtimeStatus, createdTime, lastUpdatedTime, window, rate, eta, storageTransactions } = status;
  const fields = renderFields([
    ['created', localTime(createdTime)],
    ['updated', localTime(lastUpdatedTime)],
    ['chain', status.name],
    ['items', status.counts.total === 0 ? null : itemsOf(status)],
    ['window', window === null ? null : `${counted(window, 'item')} at once`],
    ['rate', rate === null ? null : `${rate.toFixed(rate < 10 ? 1 : 0)} items/s`],
    ['ready', eta === null ? null : `about ${localTime(eta)}`],
    ['storage', storageTransactions === null ? null : `about ${counted(storageTransactions, 'transaction')}`],
    ['now', status.customStatus === null ? null : JSON.stringify(status.customStatus)],
    ['because', renderReason(status)],
    ['will end', verdictWords(status)],
    ['unserved', status.unserved ?? null],
  ]);
  const parts = [
    `Run ${instanceId} is ${runtimeStatus}.\n${fields}`,
    status.nodes.length === 0 ? null : renderNodes(status.nodes, now),
    renderOutput(status, (index) => `image ${index}`),
    status.historyEvents === undefined ? null : renderHistory(status.historyEvents),
  ];
  return parts.filter((part) => part !== null).join('\n\n');
}

function renderNodes(nodes: readonly RunNode[], now: number): string {
  const rows = nodes.map((node) => [node.name, node.kind ?? '', nodeWords(node, now)]);
  return renderTable([{ title: 'NODE' }, { title: 'KIND' }, { title: 'HOW IT STANDS' }], rows);
}

/** Given while closing nodes run. */
function verdictWords({ verdict }: RunStatusBody): string | null {
  if (verdict === undefined) return null;
  return verdict.status === 'completed' ? 'as Completed' : `as Failed: ${verdict.code}: ${verdict.message}`;
}

/** `6: 4 succeeded, 1 failed, 1 in work` */
function itemsOf({ counts }: RunStatusBody): string {
  const { total, ...rest } = counts;
  const names = { succeeded: 'succeeded', failed: 'failed', aborted: 'aborted', inFlight: 'in work', pending: 'to do' };
  const parts = (['succeeded', 'failed', 'aborted', 'inFlight', 'pending'] as const)
    .filter((kind) => rest[kind] > 0)
    .map((kind) => `${rest[kind]} ${names[kind]}`);
  return `${total}: ${parts.join(', ')}`;
}

/** Inputs and results can be long. `--json` prints them completely. */
const VALUE_CHARS = 60;

function renderHistory(events: readonly HistoryEvent[]): string {
  const rows = events.map(({ EventType, Timestamp, ...further }) => [
    localTime(Timestamp),
    EventType,
    Object.entries(further)
      .map(
        ([name, value]) => `${name}: ${clip(typeof value === 'string' ? value : JSON.stringify(value), VALUE_CHARS)}`,
      )
      .join(', '),
  ]);
  return renderTable([{ title: 'TIME' }, { title: 'EVENT' }, { title: 'WHAT' }], rows);
}
