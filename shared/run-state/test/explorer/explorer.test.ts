import { describe, expect, it, vi } from 'vitest';
import { type MutantName, mutants, namesMutant } from '../mutants.ts';
import { smallConfigurations, unwatchedConfigurations } from './configurations.ts';
import { explore } from './explore.ts';
import { modelOf } from './model.ts';

vi.setConfig({ testTimeout: 600_000 }); // a guard against hanging on a busy machine

/** More than any of these configurations has. */
const MOST = 400_000;

const configurations = [...smallConfigurations, ...unwatchedConfigurations];

describe('every state that a small run can come to keeps the promises (I1-I9), and from each it can end', () => {
  it.each(configurations)('$name', (configuration) => {
    const { ends, isWhole, violation, deadEnd, cycle } = explore(modelOf(configuration), MOST);
    expect({ violation, deadEnd, cycle }).toEqual({ violation: null, deadEnd: null, cycle: null });
    expect(isWhole).toBe(true);
    expect(ends).toBeGreaterThan(0);
  });
});

/** Where each broken rule is seen first. */
const catches: Readonly<Partial<Record<MutantName, string>>> = {
  'counts what is recorded already': 'nothing goes wrong',
  'writes without If-Match': 'nothing goes wrong',
  'sends before the commit': 'nothing goes wrong',
  'sends every open claim again, not only its own': 'a duplicate starts no second chain',
  'sends nothing again': 'unwatched: a worker crashes',
  'takes an old epoch for the current one': 'suspended and resumed',
  'leaves the claim of a chunk found done': 'unwatched: suspended twice',
  "believes the message's items": 'duplicates',
  'collects only with results of its own': 'unwatched: suspended twice',
  'repairs without asking for the count': 'crashes and losses',
  'collects at every dispatch': 'the window is set anew',
  'does not count repairs': 'an image that kills its worker',
  'never splits a chunk': 'an image that kills its worker',
  'repairs only where nothing else was claimed lately': 'false repairs',
  'drops on a cached row': 'unwatched: suspended and resumed',
  'writes live after the run row': 'a start is cut short',
  'sends before the run is Running': 'three shards share a window',
  'deletes live where no run row is': 'a slow start',
  'takes all generations for one': 'the same id again',
  'counts a shard whatever its epoch': 'rewound, with a late message',
  'takes the final counts of an earlier end': 'failed, rewound and failed again',
  'counts an unfinished shard': 'rewound',
  'closed ledgers take results': 'terminated',
  'deletes live unconditionally': 'rewound',
  'deletes live without writing the run row once more': 'a rewind is cut short',
  'touches live only before the first try': 'rewound',
  'sends a retry at every delivery': 'duplicates',
  'records a failed try that it may not send again': 'a retry while suspended',
  'does not read the event again': 'unwatched: an event just before its gate opens',
  'lets the time-out win over a stored event': 'a gate is passed',
  'divides the window up, rounded up': 'three shards share a window',
  'claims a whole chunk by a smaller window': 'a window of one item for two chunks',
  'wakes no shard': 'unwatched: stale run rows',
  'trusts a share of nothing': 'unwatched: stale run rows',
  'keeps its claims through a rewind': 'rewound with claims out',
  'strikes a dead letter off before it is kept': 'a dead letter is cut short',
  'keeps the letter of a poisoned item before it is recorded': 'an image that kills its worker',
  'closes a shard without the letters that it owes': 'a dead letter is cut short',
  'keeps only the letters of what it gives up itself': 'a dead letter is cut short',
  'completes a run after its deadline': 'a deadline passes',
  'lets an old approval answer for a new output': 'approved, rewound and asked again',
  'checks the tolerance shard by shard only': 'too many failures',
};

describe('each rule, switched off, is seen', () => {
  it.each(Object.entries(catches))('a core that %s is seen where %s', (mutant, name) => {
    const configuration = configurations.find((other) => other.name === name);
    if (configuration === undefined) throw new Error(`no configuration "${name}"`);
    if (!namesMutant(mutant)) throw new Error(`no mutant "${mutant}"`);
    const { violation, deadEnd, cycle } = explore(modelOf(configuration, mutant), MOST);
    expect(violation ?? deadEnd ?? cycle).not.toBeNull();
  });

  it('but the one that only saves messages, and needs a clock', () => {
    const names = Object.keys(mutants).filter((name) => !(name in catches));
    expect(names).toEqual(['repairs blindly behind a backlog']);
  });
});
