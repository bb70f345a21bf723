import type { RepairPolicy } from '@tally/contracts';
import {
  type AnyNode,
  allNodesOf,
  type ChainDefinition,
  isWorked,
  lanesOf,
  type NodeDefinition,
  SMALL_LANE,
  TAKEN_NAMES,
  type TaskDefinition,
} from '../graph/index.ts';
import type { ChainSizing } from '../listening.ts';
import { InvalidChainError } from './invalid-chain.ts';

export const NODES_MAX = 32;
/** The Functions of an app have ten minutes. The last minute is for the work around a handler. */
export const TIMEOUT_MAX_MS = 9 * 60_000;
/**
 * A queue's name has at most 63 characters, and a poison queue's name is seven longer. The queue for a map's
 * small runs has a longer name too.
 */
const QUEUE_MAX_CHARS = 56;
const ATTEMPTS_MAX = 100;
/** The longest pause, time limit and wait: one year. */
const LONGEST_MS = 366 * 86_400_000;

const NAME = /^[a-z0-9-]{1,40}$/;
const APP_NAME = /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const QUEUE_NAME = /^[a-z0-9](?:-?[a-z0-9])+$/;
const EVENT_NAME = /^[A-Za-z0-9_.-]{1,100}$/;

type Fail = (node: string | null, problem: string) => never;

/** @throws InvalidChainError that says which node breaks which limit */
export function checkDefinition(chain: ChainDefinition): void {
  const fail: Fail = (node, problem) => {
    throw new InvalidChainError(chain.name, node, problem);
  };
  const all = allNodesOf(chain);
  if (!NAME.test(chain.name)) fail(null, `a chain's name fits ${NAME}`);
  if (!Number.isInteger(chain.version) || chain.version < 1) fail(null, 'a version is a whole number from 1');
  if (chain.nodes.length === 0) fail(null, 'a chain has at least one node that is no closing one');
  if (all.length > NODES_MAX) fail(null, `a chain has at most ${NODES_MAX} nodes, and this one has ${all.length}`);
  checkNames(all, fail);
  checkAfter(chain.nodes, fail);
  checkEvents(chain.nodes, fail);
  checkQueues(all, fail);
  for (const app of Object.keys(chain.apps)) {
    if (!APP_NAME.test(app)) fail(null, `the name of an app fits ${APP_NAME}, and "${app}" doesn't`);
  }
  for (const node of all) checkNumbers(node, fail);
}

function checkNames(nodes: readonly AnyNode[], fail: Fail): void {
  const seen = new Set<string>(TAKEN_NAMES);
  for (const { name } of nodes) {
    if (!NAME.test(name)) fail(name, `a node's name fits ${NAME}`);
    if (seen.has(name)) fail(name, 'the name is taken');
    seen.add(name);
  }
}

function checkAfter(nodes: readonly NodeDefinition[], fail: Fail): void {
  const above = new Set<string>();
  for (const { name, after } of nodes) {
    const unknown = after.find((each) => !above.has(each));
    if (unknown !== undefined) fail(name, `after: no node "${unknown}" is declared before it`);
    if (new Set(after).size < after.length) fail(name, 'after: a node is named twice');
    above.add(name);
  }
}

/** An event reaches one wait. Names ignore case, because callers that raise events may. */
function checkEvents(nodes: readonly NodeDefinition[], fail: Fail): void {
  const waits = new Map<string, string>();
  for (const node of nodes) {
    if (node.kind !== 'wait' || node.until.type !== 'event') continue;
    const { event } = node.until;
    if (!EVENT_NAME.test(event)) fail(node.name, `the name of an event fits ${EVENT_NAME}, and "${event}" doesn't`);
    const other = waits.get(event.toLowerCase());
    if (other !== undefined) fail(node.name, `node "${other}" waits for the event "${event}" already`);
    waits.set(event.toLowerCase(), node.name);
  }
}

/** A worker knows from the queue which node a message is for. */
function checkQueues(nodes: readonly AnyNode[], fail: Fail): void {
  const queues = new Map<string, string>();
  for (const node of nodes) {
    if (!isWorked(node)) continue;
    const { name, queue, kind } = node;
    const most = kind === 'map' ? QUEUE_MAX_CHARS - SMALL_LANE.length : QUEUE_MAX_CHARS;
    if (!QUEUE_NAME.test(queue) || queue.length < 3 || queue.length > most)
      fail(name, `its queue's name has 3 to ${most} characters and fits ${QUEUE_NAME}, and "${queue}" doesn't`);
    for (const lane of lanesOf(node)) {
      const other = queues.get(lane);
      if (other !== undefined) fail(name, `node "${other}" has the queue "${lane}" already`);
      queues.set(lane, name);
    }
  }
}

function checkNumbers(node: AnyNode, fail: Fail): void {
  const within = (what: string, value: number, least: number, most: number) => {
    if (!(value >= least && value <= most)) fail(node.name, `${what} is ${least} to ${most}, and not ${value}`);
  };
  const whole = (what: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER) => {
    if (!Number.isInteger(value)) fail(node.name, `${what} is a whole number, and not ${value}`);
    within(what, value, least, most);
  };
  if (node.kind === 'task' || node.kind === 'map') {
    whole('retry: attempts', node.retry.maxAttempts, 1, ATTEMPTS_MAX);
    within('retry: the longest pause, in milliseconds,', node.retry.maxDelayMs, node.retry.firstDelayMs, LONGEST_MS);
  }
  if (node.kind === 'task') checkTimes(node, fail, within);
  if (node.kind === 'map') {
    whole('window', node.windowItems, 1);
    whole('maxItems', node.maxItems, 1);
    const { large, ...sizing } = node.sizing;
    for (const [name, size] of numbersOf(sizing)) whole(`sizing: ${name}`, size, 1);
    for (const [name, size] of numbersOf(large ?? {})) whole(`sizing: large: ${name}`, size, 1);
    for (const [name, size] of numbersOf(node.repair)) within(`repair: ${name}`, size, 1, LONGEST_MS);
    if (node.tolerance?.count !== undefined) whole('tolerate: count', node.tolerance.count, 0);
    within('tolerate: percentage', node.tolerance?.percentage ?? 0, 0, 100);
  }
  if (node.kind !== 'wait') return;
  if (node.until.type === 'delay') within('for, in milliseconds,', node.until.ms, 0, LONGEST_MS);
  if (node.until.type === 'event' && typeof node.until.timeoutMs === 'number') {
    within('timeout, in milliseconds,', node.until.timeoutMs, 0, LONGEST_MS);
  }
}

/** All fields of the policies are numbers. */
function numbersOf(
  policy: Omit<ChainSizing, 'large'> | RepairPolicy | Readonly<Record<string, number>>,
): readonly (readonly [string, number])[] {
  return Object.entries<number>({ ...policy });
}

function checkTimes(
  { name, timeoutMs, withinMs }: Pick<TaskDefinition, 'name' | 'timeoutMs' | 'withinMs'>,
  fail: Fail,
  within: (what: string, value: number, least: number, most: number) => void,
): void {
  if (timeoutMs > TIMEOUT_MAX_MS) {
    const most = `at most ${TIMEOUT_MAX_MS / 60_000} minutes, a minute less than an app's function time-out`;
    fail(
      name,
      `timeout is ${most}, and not ${timeoutMs / 60_000} minutes: ask again instead, or hand the work out in parts`,
    );
  }
  within('timeout, in milliseconds,', timeoutMs, 1, TIMEOUT_MAX_MS);
  if (withinMs !== undefined) within('within, in milliseconds,', withinMs, 1, LONGEST_MS);
}
