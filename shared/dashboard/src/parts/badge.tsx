import { isLive, type RunStatus, toneOfStatus } from './tones.ts';

export function StatusBadge({ status }: { readonly status: RunStatus }) {
  const moves = isLive(status) && status !== 'Suspended';
  return <span class={`badge ${toneOfStatus(status)}${moves ? ' live' : ''}`}>{status}</span>;
}
