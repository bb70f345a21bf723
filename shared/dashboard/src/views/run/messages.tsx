import type { RunStatusBody } from '@tally/api';
import { call, writeCall } from '../../data/call.ts';
import { useOnce } from '../../data/use-once.ts';
import { CopyButton } from '../../parts/copy.tsx';
import { curlOf } from '../../parts/curl.ts';
import { Failure } from '../../parts/failure.tsx';
import { counted } from '../../parts/format.ts';
import { Freshness } from '../../parts/freshness.tsx';
import { JsonView } from '../../parts/json-view.tsx';
import { parsed } from '../../parts/parsed.ts';
import { Ago } from '../../parts/time.tsx';

/** Shows the run's messages in the queues without taking any. */
export function Messages({ status: { instanceId: id } }: { readonly status: RunStatusBody }) {
  const { value, error, at, refresh } = useOnce(
    `messages:${id}`,
    async (signal) => (await call('peekMessages', { params: { id }, signal })).body,
  );
  return (
    <section class="card" aria-labelledby="messages">
      <header>
        <h2 id="messages">Messages</h2>
        <span class="end">
          <Freshness at={at} isLive={false} refresh={refresh} />
          <CopyButton text={() => curlOf(writeCall('peekMessages', { params: { id } }))} what="curl command" />
        </span>
      </header>
      {error !== undefined && <Failure error={error} retry={refresh} />}
      {value !== undefined && (
        <ul class="lines">
          {value.messages.map(({ queue, text, insertedTime, dequeueCount }) => (
            <li key={`${queue} ${insertedTime} ${text}`} class="letter">
              <div class="about">
                <strong>{queue}</strong>
                <span class="muted">
                  <Ago at={insertedTime} /> · delivered {counted(dequeueCount, 'time')}
                </span>
              </div>
              <JsonView value={parsed(text)} depth={0} />
            </li>
          ))}
          {value.messages.length === 0 && <li class="muted">None is visible in a queue now.</li>}
          {!value.isWhole && <li class="muted">A queue has more messages than were read.</li>}
        </ul>
      )}
    </section>
  );
}
