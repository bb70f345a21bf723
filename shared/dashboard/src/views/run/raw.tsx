import type { RunStatusBody } from '@tally/api';
import type { ComponentChildren } from 'preact';
import { call, writeCall } from '../../data/call.ts';
import { useOnce } from '../../data/use-once.ts';
import { CopyButton } from '../../parts/copy.tsx';
import { curlOf } from '../../parts/curl.ts';
import { Failure } from '../../parts/failure.tsx';
import { JsonView } from '../../parts/json-view.tsx';
import { stampOf } from './history.ts';
import { Messages } from './messages.tsx';
import { Rows } from './rows.tsx';

/** The API's answers about the run, unchanged. */
export function Raw({ status }: { readonly status: RunStatusBody }) {
  const { instanceId: id } = status;
  const whole = useOnce(`raw:${id}:${stampOf(status)}`, async (signal) => {
    const answer = await call('getRun', { params: { id }, signal });
    return answer.status === 304 ? status : answer.body;
  });
  const shown = whole.value ?? status;
  const { input, ...rest } = shown;
  return (
    <>
      {whole.error !== undefined && <Failure error={whole.error} retry={whole.refresh} />}
      <RawCard title="Input" value={() => input} curl={null}>
        <JsonView value={input} />
      </RawCard>
      <RawCard title="Status" value={() => shown} curl={() => curlOf(writeCall('getRun', { params: { id } }))}>
        <JsonView value={rest} depth={1} />
      </RawCard>
      <Rows id={id} />
      <Messages status={status} />
    </>
  );
}

function RawCard({
  title,
  value,
  curl,
  children,
}: {
  readonly title: string;
  readonly value: () => unknown;
  readonly curl: (() => string) | null;
  readonly children: ComponentChildren;
}) {
  return (
    <section class="card">
      <header>
        <h2>{title}</h2>
        <span class="end">
          {curl !== null && <CopyButton text={curl} what="curl command" />}
          <CopyButton text={() => JSON.stringify(value(), null, 2)} what="JSON" />
        </span>
      </header>
      <div class="body">{children}</div>
    </section>
  );
}
