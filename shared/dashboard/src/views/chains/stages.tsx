import { lettersText, type SystemLook } from '../../data/system.ts';
import { number } from '../../parts/format.ts';
import { Ago } from '../../parts/time.tsx';
import { linkTo } from '../../routing/links.ts';
import { Spark } from './spark.tsx';

/** A table of all queues of the deployment: their messages, the recent trend, and their workers. */
export function Stages({ look: { activity, queues } }: { readonly look: SystemLook }) {
  return (
    <section class="card stages" aria-label="Queues">
      <header>
        <h2>Queues and workers</h2>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: where it is wider than its place it is scrolled by the keyboard */}
      <section class="scroll" aria-label="All queues" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Queue</th>
              <th scope="col">App</th>
              <th scope="col" class="does">
                Does
              </th>
              <th scope="col" class="number">
                Waiting
              </th>
              <th scope="col" class="number" title="A worker holds them, or they wait for their time">
                Hidden
              </th>
              <th scope="col" class="oldest">
                Oldest
              </th>
              <th scope="col" class="trend">
                Lately
              </th>
              <th scope="col" class="number">
                Poison
              </th>
              <th scope="col" class="number">
                Dead letters
              </th>
              <th scope="col" class="number">
                Workers
              </th>
            </tr>
          </thead>
          <tbody>
            {activity.stages.map((stage) => {
              const { name, app, does, queue, visible, hidden, oldestVisibleTime, poison, deadLetters, workers } =
                stage;
              return (
                <tr key={name}>
                  <th scope="row" class="mono">
                    {queue}
                  </th>
                  <td>{app}</td>
                  <td class="does muted">{does}</td>
                  <td class="number">{number(visible)}</td>
                  <td class="number">{number(hidden)}</td>
                  <td class="oldest muted">{oldestVisibleTime !== null && <Ago at={oldestVisibleTime} />}</td>
                  <td class="trend">
                    <Spark values={queues.map((seen) => seen[queue]?.depth ?? 0)} />
                  </td>
                  <td class="number">
                    {poison === 0 ? (
                      <span class="muted">0</span>
                    ) : (
                      <a class="bad toned" href={linkTo(['trouble'], { stage: name })}>
                        {number(poison)}
                      </a>
                    )}
                  </td>
                  <td class="number">
                    {deadLetters === 0 ? (
                      <span class="muted">0</span>
                    ) : (
                      <a class="bad toned" href={linkTo(['trouble'], { stage: name })}>
                        {lettersText(deadLetters)}
                      </a>
                    )}
                  </td>
                  <td class={workers === 0 && visible > 0 ? 'number wait toned' : 'number'}>{number(workers)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </section>
  );
}
