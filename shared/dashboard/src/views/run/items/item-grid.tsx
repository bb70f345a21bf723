import type { Item } from '@tally/api';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { PagedList } from '../../../data/use-pages.ts';
import { Edge } from '../../../parts/edge.tsx';
import { number } from '../../../parts/format.ts';
import { moodOf, Photo } from '../../../parts/photo.tsx';
import type { Tone } from '../../../parts/tones.ts';
import { facesOf } from '../happiness.ts';

/** Must match the style sheet. */
const CARD = { width: 208, height: 206, gap: 12 };

/** The items in memory as cards, between two edges as tall as the items that aren't in memory. */
export function ItemGrid({ list, onOpen }: { readonly list: PagedList<Item>; readonly onOpen: (item: Item) => void }) {
  const { pages, isBusy, isWeary, error, more } = list;
  const place = useRef<HTMLDivElement>(null);
  const [columns, setColumns] = useState(4);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const width = entry?.contentRect.width ?? 0;
      setColumns(Math.max(1, Math.floor((width + CARD.gap) / (CARD.width + CARD.gap))));
    });
    if (place.current !== null) observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  const heightOf = (items: number) => Math.ceil(items / columns) * (CARD.height + CARD.gap);
  const seen = (direction: 'up' | 'down') => {
    if (!isBusy && error === undefined && !(direction === 'down' && isWeary)) void more(direction);
  };
  return (
    <div ref={place}>
      <Edge height={heightOf(pages.before)} isBusy={isBusy} onSeen={() => seen('up')} />
      <ul class="cards">
        {pages.rows.map((item) => (
          <Card key={item.index} item={item} onOpen={() => onOpen(item)} />
        ))}
      </ul>
      <Edge key={list.name} height={heightOf(pages.after)} isBusy={isBusy} onSeen={() => seen('down')} />
    </div>
  );
}

function Card({ item, onOpen }: { readonly item: Item; readonly onOpen: () => void }) {
  const { index, status } = item;
  const faces = status === 'succeeded' ? facesOf(item.result) : undefined;
  const { tone, word } = standingOf(item);
  return (
    <li class="card item">
      <button type="button" onClick={onOpen}>
        {typeof item.url === 'string' ? (
          <Photo
            url={item.url}
            label={`Image ${index}`}
            boxes={(faces ?? []).map(({ rectangle, happiness }) => ({ rectangle, score: happiness }))}
          />
        ) : (
          <code class="plain-item">{JSON.stringify(item['item'] ?? item).slice(0, 400)}</code>
        )}
        <span class="foot">
          <span class="muted">#{number(index)}</span>
          {faces === undefined ? (
            <span class={`${tone} toned`}>{word}</span>
          ) : (
            <span class="scores">
              {faces.length === 0 && <span class="muted">no face</span>}
              {faces.slice(0, 4).map(({ happiness, rectangle }) => (
                <b key={`${rectangle.left} ${rectangle.top}`} class={moodOf(happiness)}>
                  {happiness.toFixed(2)}
                </b>
              ))}
              {faces.length > 4 && <span class="muted">+{faces.length - 4}</span>}
            </span>
          )}
        </span>
      </button>
    </li>
  );
}

function standingOf(item: Item): { readonly tone: Tone; readonly word: string } {
  switch (item.status) {
    case 'succeeded':
      return { tone: 'good', word: 'done' };
    case 'failed':
      return { tone: 'bad', word: item.error.code };
    case 'aborted':
      return { tone: 'idle', word: 'aborted' };
    case null:
      return { tone: 'todo', word: 'to do' };
  }
}
