import type { FilesBody, HistoryEvent, RunStatusBody } from '@tally/api';
import { call, writeCall } from '../../../data/call.ts';
import { versionOf } from '../../../data/chains.ts';
import { useOnce } from '../../../data/use-once.ts';
import { CopyButton } from '../../../parts/copy.tsx';
import { curlOf } from '../../../parts/curl.ts';
import { Failure } from '../../../parts/failure.tsx';
import { bytes } from '../../../parts/format.ts';
import { Icon } from '../../../parts/icons.tsx';
import { Moment } from '../../../parts/time.tsx';
import { sayError } from '../../../parts/toasts.tsx';
import { mailsOf } from './mails.ts';
import { openFile } from './open-file.ts';

type MadeFile = FilesBody['files'][number];

/** Everything a run has made so far: its files, which can be opened, and the mails that it has sent. */
export function Made({ status, events }: { readonly status: RunStatusBody; readonly events: readonly HistoryEvent[] }) {
  const { instanceId: id, nodes, name, chainVersion } = status;
  const ended = nodes.filter(({ kind, state }) => kind === 'task' && state === 'ended');
  const stamp = ended.map((node) => `${node.name} ${node.endedAt}`).join();
  const { value, error, refresh } = useOnce<readonly MadeFile[]>(`files:${id}:${stamp}`, async (signal) =>
    ended.length === 0 ? [] : (await call('listFiles', { params: { id }, signal })).body.files,
  );
  const files = value ?? [];
  const mails = mailsOf(events);
  const declared = versionOf(name, chainVersion)?.nodes ?? [];
  if (error !== undefined) return <Failure error={error} retry={refresh} />;
  if (files.length + mails.length === 0) return null;
  return (
    <section class="card" aria-labelledby="made">
      <header>
        <h2 id="made">What it has made</h2>
      </header>
      <ul class="lines">
        {files.map((file) => (
          <FileLine key={file.fileId} id={id} file={file} />
        ))}
        {mails.map(({ node, messageId, at }) => (
          <li key={messageId}>
            <strong>
              <Icon name="mail" /> {node}
            </strong>
            <span>{declared.find((one) => one.name === node)?.does ?? 'a mail'}</span>
            <code class="muted wrap">{messageId}</code>
            <span class="end good toned">
              accepted <Moment at={at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function FileLine({ id, file }: { readonly id: string; readonly file: MadeFile }) {
  const { fileId, node, container, name, bytes: size } = file;
  const short = name.split('/').at(-1) ?? name;
  return (
    <li>
      <strong>
        <Icon name="file" /> {short}
      </strong>
      <span class="muted">
        {bytes(size)}, by {node}
      </span>
      <code class="muted wrap">
        {container}/{name}
      </code>
      <span class="end">
        <button
          type="button"
          class="button small"
          aria-label={`Open ${short}`}
          onClick={() => void openFile(id, fileId).catch(sayError)}
        >
          <Icon name="out" />
          Open
        </button>
        <CopyButton text={() => curlOf(writeCall('linkFile', { params: { id, file: fileId } }))} what="curl command" />
      </span>
    </li>
  );
}
