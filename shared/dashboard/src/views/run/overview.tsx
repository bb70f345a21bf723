import type { RunStatusBody } from '@tally/api';
import { useOnce } from '../../data/use-once.ts';
import { JsonView } from '../../parts/json-view.tsx';
import { isLive } from '../../parts/tones.ts';
import { Failures } from './failures.tsx';
import { Gantt } from './gantt/gantt.tsx';
import { happinessOf } from './happiness.ts';
import { HappinessCards } from './happiness-cards.tsx';
import { fetchHistory, stampOf } from './history.ts';
import { Made } from './made/made.tsx';
import { RunGraph } from './run-graph.tsx';

/** The most important parts of a run. */
export function Overview({ status }: { readonly status: RunStatusBody }) {
  const { instanceId, output, runtimeStatus } = status;
  const history = useOnce(`history:${instanceId}:${stampOf(status)}`, (signal) => fetchHistory(instanceId, signal));
  const happiness = happinessOf(output);
  return (
    <>
      <RunGraph status={status} />
      {happiness !== undefined && <HappinessCards happiness={happiness} id={instanceId} />}
      <Failures status={status} />
      <Made status={status} events={history.value ?? []} />
      <Gantt status={status} events={history.value ?? []} />
      {!isLive(runtimeStatus) && output !== null && (
        <section class="card">
          <header>
            <h2>{runtimeStatus === 'Completed' ? 'Result' : 'How it ended'}</h2>
          </header>
          <div class="body">
            {typeof output === 'string' ? <p class="wrap">{output}</p> : <JsonView value={output} depth={1} />}
          </div>
        </section>
      )}
    </>
  );
}
