import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Decided, type Mishap, Model } from '../../test/model.ts';
import { type Setting, settings } from '../../test/random-chains.ts';
import { bounds } from '../../test/settings.fixture.ts';
import { decideRun, type Effect, isOver, type NodeState, type Run } from '../index.ts';

/** What happens, one after the other. */
interface Happening {
  readonly what: 'deliver' | 'deliver-oddly' | 'raise' | 'watch' | 'wait' | 'suspend' | 'resume' | 'window';
  readonly place: number;
  readonly mishap: Mishap;
}

const happenings = fc.array(
  fc.record<Happening>({
    what: fc.constantFrom(
      'deliver',
      'deliver',
      'deliver-oddly',
      'raise',
      'watch',
      'wait',
      'suspend',
      'resume',
      'window',
    ),
    place: fc.nat({ max: 50 }),
    mishap: fc.constantFrom('dies-before-it-sends', 'comes-twice', 'is-lost'),
  }),
  { maxLength: 60, size: 'max' },
);

function happen(model: Model, { what, place, mishap }: Happening): void {
  switch (what) {
    case 'deliver':
      model.deliver(place, 'none');
      break;
    case 'deliver-oddly':
      model.deliver(place, mishap);
      break;
    case 'raise':
      model.raise(`n${place % 7}`, place % 5 === 0 ? 'bad' : place);
      break;
    case 'watch':
      model.watch();
      break;
    case 'wait':
      model.now += 4_000;
      break;
    case 'suspend':
    case 'resume':
      model.decide({ type: what, reason: null });
      break;
    case 'window':
      model.decide({ type: 'set-window', window: place + 1 });
  }
}

/** Plays a setting to its end, then a rewind and the end after it, and watches every decision. */
function played(setting: Setting, happened: readonly Happening[], watch: (decided: Decided) => void): Model {
  const model = new Model(setting, watch);
  for (const happening of happened) if (!model.isOver) happen(model, happening);
  model.finish();
  model.rewind();
  for (const happening of happened.slice(0, 20)) if (!model.isOver) happen(model, happening);
  model.finish();
  return model;
}

function forAll(watch: (setting: Setting) => (decided: Decided) => void): void {
  const property = fc.property(settings, happenings, (setting, happened) => {
    played(setting, happened, watch(setting));
  });
  fc.assert(property, bounds);
}

test('every run ends, whatever is lost, repeated or interrupted, and ends again after a rewind', () => {
  const property = fc.property(settings, happenings, (setting, happened) => {
    const { run } = played(setting, happened, () => {});
    expect(['Completed', 'Failed']).toContain(run.status);
    expect(Object.values(run.nodes).every(isOver)).toBe(true);
  });
  fc.assert(property, bounds);
});

test('a decision is complete: a second one at once finds nothing to do', () => {
  forAll(({ rules }) => ({ after, decision, now }) => {
    if (decision.refused !== undefined) return;
    const second = decideRun(after, { type: 'look' }, rules, { now, chance: { token: 'again', jitter: 0 } });
    expect(second.run).toBe(after.run);
    expect(second.history).toEqual([]);
    expect(second.effects).toEqual([]);
  });
});

test('an ended run stays as it is until a rewind, and no round opens twice', () => {
  forAll(() => {
    const rounds = new Set<string>();
    return ({ event, before, after }) => {
      for (const [node, state] of Object.entries(before.run.nodes))
        if (event.type !== 'rewind' && isOver(state)) expect(after.run.nodes[node]).toEqual(state);
      for (const [node, { since }] of Object.entries(after.run.nodes)) {
        if (before.run.nodes[node]?.since === since) continue;
        expect(rounds.has(`${node}.${since}`)).toBe(false);
        rounds.add(`${node}.${since}`);
      }
    };
  });
});

test('R3: a verdict is given once and is final until a rewind', () => {
  forAll(() => ({ event, before, after }) => {
    const given = verdictOf(before.run);
    if (given !== null && event.type !== 'rewind' && 'verdict' in after.run) expect(after.run.verdict).toEqual(given);
    if (given?.status === 'failed' && after.run.status === 'Failed' && event.type !== 'rewind')
      expect(after.run.error).toEqual(given.error);
    if (given !== null && event.type !== 'rewind')
      expect(after.run.status).not.toBe(given.status === 'failed' ? 'Completed' : 'Failed');
  });
});

test('I4: a decision sends what it opens, and each repeat of its message sends it again, under their own tokens', () => {
  forAll(({ rules }) => ({ event, before, after, decision, now }) => {
    if (after.run.status !== 'Running') return;
    for (const node of openedBy(before.run, after.run)) expect(sentTo(decision.effects)).toContain(node);
    const token = event.type === 'task' ? event.message.token : 'token' in event ? event.token : undefined;
    if (token === undefined) return;
    const circumstances = { now, chance: { token: 'again', jitter: 0 } };
    const repeated = decideRun(after, event.type === 'task' ? { ...event, tried: null } : event, rules, circumstances);
    for (const [node, state] of Object.entries(after.run.nodes))
      if ('by' in state && state.by === token && repeated.run.nodes[node] === state && isSendable(state))
        expect(sentTo(repeated.effects)).toContain(node);
    const toks = (effects: readonly Effect[]) => effects.flatMap((effect) => ('token' in effect ? [effect.token] : []));
    expect(new Set([...toks(decision.effects), ...toks(repeated.effects)]).size).toBe(
      toks(decision.effects).length + toks(repeated.effects).length,
    );
  });
});

test('R6: a suspended run sends nothing, and its resume sends all open work', () => {
  forAll(() => ({ event, after, decision }) => {
    const sends = decision.effects.filter(({ type }) => type !== 'end-child' && type !== 'task-letter');
    if (after.run.status === 'Suspended') expect(sends).toEqual([]);
    if (event.type !== 'resume' || after.run.status !== 'Running' || decision.refused !== undefined) return;
    for (const [node, state] of Object.entries(after.run.nodes)) {
      if (!isOver(state) && isSendable(state)) expect(sentTo(decision.effects)).toContain(node);
      if (state.state === 'out') expect(state.epoch).toBe(after.run.epoch);
    }
  });
});

test('a run is the same after it was written as JSON and read', () => {
  forAll(() => ({ decision }) => {
    expect(JSON.parse(JSON.stringify(decision.run))).toEqual(decision.run);
  });
});

test('the result of a run does not depend on the order in which parallel branches end', () => {
  const order = fc.array(fc.nat({ max: 50 }), { maxLength: 80, size: 'max' });
  const property = fc.property(settings, order, order, (setting, left, right) => {
    const outcomeOf = (places: readonly number[]) => {
      const model = new Model(setting, () => {});
      for (const place of places) if (!model.isOver) model.deliver(place, 'none');
      model.finish();
      return model.run.status === 'Completed' ? model.run.output : model.run.status;
    };
    expect(outcomeOf(left)).toEqual(outcomeOf(right));
  });
  fc.assert(property, bounds);
});

function verdictOf(run: Run) {
  return 'verdict' in run ? run.verdict : null;
}

/** Whether something must be sent for a node in that state. */
function isSendable(state: NodeState): boolean {
  return state.state !== 'waiting' || state.until !== null;
}

function openedBy(before: Run, after: Run): string[] {
  return Object.entries(after.nodes).flatMap(([node, state]) =>
    before.nodes[node]?.since !== state.since && !isOver(state) && isSendable(state) ? [node] : [],
  );
}

function sentTo(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) => ('node' in effect && effect.type !== 'advance-map' ? [effect.node] : []));
}
