import type { HistoryEvent, RunStatusBody } from '@tally/api';
import { counted } from '@tally/contracts';
import { localTime } from './local-time.ts';
import { renderOutput, renderReason } from './render-output.ts';
import { clip, renderFields, renderTable } from './table.ts';

/** How a run stands, for a person: a line for each thing that is known. */
export function renderStatus(status: RunStatusBody): string {
  const { instanceId, runtimeStatus, createdTime, lastUpdatedTime, window, rate, eta, storageTransactions } = status;
  const fields = renderFields([
    ['created', localTime(createdTime)],
    ['updated', localTime(lastUpdatedTime)],
    ['items', itemsOf(status)],
    ['window', `${counted(window, 'item')} at once`],
    ['rate', rate === null ? null : `${rate.toFixed(rate < 10 ? 1 : 0)} items/s`],
    ['ready', eta === null ? null : `about ${localTime(eta)}`],
    ['storage', storageTransactions === null ? null : `about ${counted(storageTransactions, 'transaction')}`],
    ['now', status.customStatus === null ? null : JSON.stringify(status.customStatus)],
    ['because', renderReason(status.output)],
  ]);
  const parts = [
    `Run ${instanceId} is ${runtimeStatus}.\n${fields}`,
    renderOutput(status.output, (index) => `image ${index}`),
    status.historyEvents === undefined ? null : renderHistory(status.historyEvents),
  ];
  return parts.filter((part) => part !== null).join('\n\n');
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

/** Inputs and results can be long; `--json` has them whole. */
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
