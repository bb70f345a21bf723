import type { RunStatusBody } from '@tally/api';
import { counted } from '../../parts/format.ts';
import { Progress, type Segment, SegmentBar } from '../../parts/progress.tsx';
import { standingOf, type Tone } from '../../parts/tones.ts';

/** The progress of a run: by its items, or by its nodes if it has no items. */
export function StatusProgress({
  status,
}: {
  readonly status: Pick<RunStatusBody, 'instanceId' | 'counts' | 'nodes'>;
}) {
  const { counts, instanceId } = status;
  const nodes = status.nodes.filter(isOnItsWay);
  const waiting = nodes.find(({ state }) => state === 'waiting');
  const label = `Progress of ${instanceId}`;
  if (waiting !== undefined)
    return (
      <div class="progress">
        <SegmentBar segments={nodeSegments(nodes)} total={nodes.length} label={label} />
        <small class="wait toned">waits for {waiting.event ?? 'its time'}</small>
      </div>
    );
  if (counts.total > 0) return <Progress counts={counts} label={label} />;
  const passed = nodes.filter(({ state }) => state === 'ended' || state === 'stopped').length;
  return (
    <div class="progress">
      <SegmentBar segments={nodeSegments(nodes)} total={nodes.length} label={label} />
      <small>
        {passed} of {counted(nodes.length, 'node')}
      </small>
    </div>
  );
}

/** Excludes skipped nodes, and closing nodes that only open on a failure that hasn't happened. */
function isOnItsWay({ outcome, closing, state }: RunStatusBody['nodes'][number]): boolean {
  return outcome !== 'skipped' && !(closing === 'whenFailed' && state === 'notDue');
}

function nodeSegments(nodes: RunStatusBody['nodes']): Segment[] {
  const order: readonly Tone[] = ['good', 'bad', 'idle', 'busy', 'wait'];
  const standings = nodes.map(standingOf);
  return order.map((tone) => {
    const those = standings.filter((standing) => standing.tone === tone);
    return { tone, word: those[0]?.word ?? tone, count: those.length };
  });
}
