import type { SystemLook } from '../../data/system.ts';
import { number } from '../../parts/format.ts';
import { linkTo } from '../../routing/links.ts';
import { Spark } from './spark.tsx';

/** Every queue of the deployment in a table: what lies in it, how that went lately, and who takes from it. */
export function Stages({ look: { stages, letters, hasMoreLetters, depths } }: { readonly look: SystemLook }) {
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
                Messages
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
            {stages.map(({ name, app, does, queue, depth, poison, workers }) => {
              const dead = letters.filter(({ stage }) => stage === name).length;
              return (
                <tr key={name}>
                  <th scope="row" class="mono">
                    {queue}
                  </th>
                  <td>{app}</td>
                  <td class="does muted">{does}</td>
                  <td class="number">{number(depth)}</td>
                  <td class="trend">
                    <Spark values={depths.map((seen) => seen[queue] ?? 0)} />
                  </td>
                  <td class={poison > 0 ? 'number bad toned' : 'number muted'}>{number(poison)}</td>
                  <td class="number">
                    {dead === 0 ? (
                      <span class="muted">0</span>
                    ) : (
                      <a class="bad toned" href={linkTo(['trouble'], { stage: name })}>
                        {number(dead)}
                        {hasMoreLetters ? '+' : ''}
                      </a>
                    )}
                  </td>
                  <td class={workers === 0 && depth > 0 ? 'number wait toned' : 'number'}>{number(workers)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </section>
  );
}
