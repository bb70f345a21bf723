import { durationText } from '../handlers/index.ts';
import type { ChainDefinition, ClosingDefinition, NodeDefinition, WaitDefinition } from './definition.ts';

/**
 * A chain as a Mermaid flowchart: what opens each node, under which condition, and what happens when the run
 * ends.
 */
export function chartOf(chain: ChainDefinition): string {
  const followed = new Set(chain.nodes.flatMap(({ after }) => after));
  const last = chain.nodes.filter(({ name }) => !followed.has(name));
  return [
    'flowchart LR',
    `  start(["POST /api/chains/${chain.name}/runs"])`,
    ...chain.nodes.map((node) => `  ${shapeOf(node)}`),
    '  verdict(["the run ends"])',
    ...chain.closing.map((node) => `  ${boxOf(node, '["', '"]', node.does)}`),
    ...chain.nodes.flatMap(edgesTo),
    ...last.map(({ name }) => `  ${idOf(name)} --> verdict`),
    ...chain.closing.map((node) => `  verdict -. "${closingWord(node)}" .-> ${idOf(node.name)}`),
  ].join('\n');
}

function shapeOf(node: NodeDefinition): string {
  if (node.kind === 'task') return boxOf(node, '["', '"]', node.does);
  if (node.kind === 'map') return boxOf(node, '[["', '"]]', `each item: ${node.does ?? 'worked on'}`);
  if (node.kind === 'child') return boxOf(node, '[["', '"]]', node.does ?? `runs ${node.chain}@${node.version}`);
  return boxOf(node, '{{"', '"}}', ...[node.does, waitWords(node.until)].filter((line) => line !== undefined));
}

function waitWords(until: WaitDefinition['until']): string {
  if (until.type === 'delay') return `waits ${durationText(until.ms)}`;
  if (until.type === 'instant') return 'waits until an instant';
  const { event, timeoutMs } = until;
  if (timeoutMs === undefined) return `event ${event}`;
  return `event ${event}, ${typeof timeoutMs === 'number' ? `at most ${durationText(timeoutMs)}` : 'with a time-out'}`;
}

/** A dotted edge leads to a node that decides whether it opens. */
function edgesTo({ name, after, when }: NodeDefinition): string[] {
  const froms = after.length === 0 ? ['start'] : after.map(idOf);
  return froms.map((from) => `  ${from} ${when === undefined ? '-->' : '-. if .->'} ${idOf(name)}`);
}

function closingWord({ closing, when }: ClosingDefinition): string {
  return `${closing === 'always' ? 'always' : 'failed'}${when === undefined ? '' : ', if'}`;
}

function boxOf(
  { name }: { readonly name: string },
  open: string,
  close: string,
  ...lines: (string | undefined)[]
): string {
  const words = lines.flatMap((line) => (line === undefined ? [] : [`<br/>${escaped(line)}`]));
  return `${idOf(name)}${open}<b>${name}</b>${words.join('')}${close}`;
}

/** `end` and other words have a meaning in Mermaid, and so have two dashes. */
function idOf(name: string): string {
  return `n_${name.replaceAll('-', '_')}`;
}

function escaped(text: string): string {
  return text.replaceAll('#', '#35;').replaceAll('"', '#quot;').replaceAll('<', '#lt;').replaceAll('>', '#gt;');
}
