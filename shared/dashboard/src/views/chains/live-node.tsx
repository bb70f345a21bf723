import type { ActivityBody, GraphNode } from '@tally/api';
import { counted, decimal, number } from '../../parts/format.ts';
import type { GraphNodeBox, GraphSizes } from '../../parts/graph/types.ts';
import type { Tone } from '../../parts/tones.ts';
import { linkTo } from '../../routing/links.ts';
import { type NodeNumbers, numbersOf } from './node-numbers.ts';

/** If a chain has a map, its boxes have one more line, for items. */
export function sizesOf(nodes: readonly GraphNode[]): GraphSizes {
  return { width: 158, height: nodes.some(({ kind }) => kind === 'map') ? 106 : 88, gap: 48 };
}

/** A node of a chain with its current numbers. */
export function boxOf(chain: string, node: GraphNode, activity: ActivityBody | undefined): GraphNodeBox {
  const { name, kind, does = '' } = node;
  const numbers = numbersOf(chain, node, activity);
  const { queued, given, stage, workers } = numbers;
  return {
    id: name,
    title: name,
    kind,
    tone: toneOf(numbers),
    mark: given > 0 && (
      <a class="count bad" href={linkTo(['trouble'], { stage })} title="poison messages and dead letters">
        {number(given)}
        <span class="hidden-text"> given up</span>
      </a>
    ),
    queued:
      queued === 0 ? undefined : (
        <span title="messages that wait for a worker">
          {number(queued)}
          <span class="hidden-text"> waiting in the queue</span>
        </span>
      ),
    detail: <Numbers kind={kind} numbers={numbers} />,
    hint: [
      does,
      ...(workers === null
        ? []
        : [`${counted(queued, 'message')} waiting in the queue, ${counted(workers, 'worker')} seen lately`]),
    ]
      .filter((text) => text !== '')
      .join('\n'),
  };
}

function toneOf({ given, inWork, queued, waiting, delayed }: NodeNumbers): Tone {
  if (given > 0) return 'bad';
  if (inWork + queued > 0) return 'busy';
  return waiting + delayed > 0 ? 'wait' : 'idle';
}

function Numbers({ kind, numbers }: { readonly kind: GraphNode['kind']; readonly numbers: NodeNumbers }) {
  const { queued, inWork, delayed, waiting, done, failed, rate, workers, items } = numbers;
  return (
    <span class="numbers">
      {workers !== null && <Figure value={number(queued)} word="waiting" isNone={queued === 0} />}
      {workers === null ? (
        <Figure
          value={number(kind === 'wait' ? waiting : inWork)}
          word={kind === 'wait' ? 'waiting' : 'in work'}
          isNone={waiting + inWork === 0}
        />
      ) : (
        <Figure value={number(inWork)} word="in work" isNone={inWork === 0} />
      )}
      <Figure value={number(done)} word="done" isNone={done === 0} />
      <Figure value={number(failed)} word="failed" isNone={failed === 0} tone="bad" />
      {workers !== null && (
        <Figure value={number(workers)} word={workers === 1 ? 'worker' : 'workers'} isNone={workers === 0} />
      )}
      {workers !== null &&
        (delayed > 0 ? (
          <Figure value={number(delayed)} word="delayed" tone="wait" />
        ) : (
          <Figure value={decimal(rate)} word="/s" isNone={rate === 0} />
        ))}
      {items !== null && (
        <span class="all">
          <b>{number(items.succeeded + items.failed)}</b> of {number(items.total)} <small>items</small>
          {items.failed > 0 && (
            <b class="bad toned">
              {number(items.failed)} <small>failed</small>
            </b>
          )}
        </span>
      )}
    </span>
  );
}

function Figure({
  value,
  word,
  isNone = false,
  tone,
}: {
  readonly value: string;
  readonly word: string;
  readonly isNone?: boolean;
  readonly tone?: Tone;
}) {
  const look = isNone ? 'none' : tone === undefined ? '' : `${tone} toned`;
  return (
    <span class={look}>
      <b>{value}</b> <small>{word}</small>
    </span>
  );
}
