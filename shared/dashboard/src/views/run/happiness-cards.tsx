import { Bars } from '../../parts/bars.tsx';
import { decimal, number } from '../../parts/format.ts';
import { Photo } from '../../parts/photo.tsx';
import type { BestFace, Happiness } from './happiness.ts';

/** How happy all faces are, with the most and the least happy one. */
export function HappinessCards({ happiness }: { readonly happiness: Happiness; readonly id: string }) {
  const { bars, faces, mean, lowest, highest, happiest, saddest } = happiness;
  return (
    <section class="happiness" aria-label="Happiness">
      <div class="card">
        <header>
          <h2>Happiness of {number(faces)} faces</h2>
        </header>
        <div class="body">
          <Bars counts={bars} label="How many faces are how happy" unit="faces" />
          {lowest !== null && highest !== null && mean !== null && (
            <dl class="facts">
              <div>
                <dt>Lowest</dt>
                <dd>{decimal(lowest)}</dd>
              </div>
              <div>
                <dt>Mean</dt>
                <dd>{decimal(mean)}</dd>
              </div>
              <div>
                <dt>Highest</dt>
                <dd>{decimal(highest)}</dd>
              </div>
            </dl>
          )}
        </div>
      </div>
      <Best title="Happiest" face={happiest} />
      <Best title="Saddest" face={saddest} />
    </section>
  );
}

function Best({ title, face }: { readonly title: string; readonly face: BestFace | null }) {
  if (face === null) return null;
  const { url, rectangle, happiness, index } = face;
  return (
    <div class="card best">
      <header>
        <h2>{title}</h2>
        <span class="end muted">
          {happiness.toFixed(3)} · image {number(index)}
        </span>
      </header>
      <Photo url={url} label={`${title} face, in image ${index}`} boxes={[{ rectangle, score: happiness }]} isWhole />
    </div>
  );
}
