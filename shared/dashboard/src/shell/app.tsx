import { access } from '../data/session.ts';
import { useSystem } from '../data/system.ts';
import { route } from '../routing/route.ts';
import { ChainsView } from '../views/chains/chains-view.tsx';
import { RunView } from '../views/run/run-view.tsx';
import { RunsView } from '../views/runs/runs-view.tsx';
import { TroubleView } from '../views/trouble/trouble-view.tsx';
import { troubleCount } from '../views/trouble/troubles.ts';
import { KeyPrompt } from './key-prompt.tsx';
import { Shell } from './shell.tsx';

/** The complete page. Every view shows the number of troubles, so the system is polled from every view. */
export function App() {
  const [place = 'runs', id] = route.value.path;
  const system = useSystem(place !== 'chains' && place !== 'trouble');
  const trouble = system.value === undefined ? 0 : troubleCount(system.value);
  const view = () => {
    if (place === 'runs') return id === undefined ? <RunsView /> : <RunView key={id} id={id} />;
    if (place === 'chains') return <ChainsView name={id} system={system} />;
    if (place === 'trouble') return <TroubleView system={system} />;
    return (
      <p class="empty">
        <strong>Page not found</strong>
        The address names no view.
      </p>
    );
  };
  return <Shell trouble={trouble}>{access.value === 'needsKey' ? <KeyPrompt /> : view()}</Shell>;
}
