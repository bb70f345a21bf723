import { defineChain, FatalError, handlersFor } from '@tally/chain';
import * as z from 'zod';

// Chains that exist only here: the declarations in this file and the handlers below are all that they need to
// run.

const part = z.strictObject({ part: z.string() });

/** The chain that a node of the other chain starts. */
export const stamps = defineChain({
  name: 'stamps',
  version: 1,
  app: 'stamper',
  input: z.strictObject({ on: z.string() }),
})
  .task('stamp', { does: 'puts a stamp on it', result: part })
  .output(({ stamp }) => stamp.output.part);

/**
 * Everything that people draw: joining branches, a choice with a join behind it, a map behind a task, a wait,
 * a child, closing nodes.
 */
export const whiteboard = defineChain({
  name: 'whiteboard',
  version: 1,
  app: 'drawer',
  input: z.strictObject({ title: z.string(), numbers: z.number().int() }),
})
  .task('draw', { result: part })
  .task('left', { after: ['draw'], input: ({ draw }) => draw.output, result: part })
  .task('right', { after: ['draw'], app: 'painter', input: ({ draw }) => draw.output, result: part })
  .task('merge', {
    after: ['left', 'right'],
    input: ({ left, right }) => ({ left: left.output.part, right: right.output.part }),
    result: part,
  })
  .task('few', { after: ['merge'], when: ({ run }) => run.input.numbers < 10, result: part })
  .task('many', { after: ['merge'], when: ({ run }) => run.input.numbers >= 10, result: part })
  .task('list', {
    after: ['few', 'many'],
    input: ({ run, few }) => ({ upTo: run.input.numbers, isFew: few.status === 'succeeded' }),
    result: z.strictObject({ numbers: z.array(z.number()) }),
  })
  .map('square', {
    after: ['list'],
    app: 'painter',
    items: ({ list }) => list.output.numbers,
    item: z.number(),
    result: z.number(),
    fold: { schema: z.number(), empty: 0, add: (sum, _index, _item, square) => sum + square, merge: (a, b) => a + b },
  })
  .wait('word', { after: ['draw'], event: 'Word', payload: z.string(), timeout: '1h' })
  .child('stamped', { after: ['square', 'word'], chain: stamps, input: ({ word }) => ({ on: word.output }) })
  .whenFailed('alert', {
    input: ({ verdict }) => ({ code: verdict.status === 'failed' ? verdict.code : '' }),
    result: part,
  })
  .always('wipe', { input: ({ run }) => ({ title: run.input.title }), result: part })
  .output(({ merge, few, square, stamped }) => ({
    picture: merge.output.part,
    way: few.status === 'succeeded' ? 'few' : 'many',
    sum: square.status === 'succeeded' ? square.output.fold : null,
    stamp: stamped.output,
  }));

export const whiteboardTables = [
  handlersFor(whiteboard, 'drawer', {
    draw: async ({ input }) => {
      if (input.title === '') throw new FatalError('Untitled', 'nothing to draw');
      return { part: input.title };
    },
    left: async ({ input }) => ({ part: `${input.part} left` }),
    merge: async ({ input: { left, right }, blobs }) => {
      await blobs.put('picture.txt', Buffer.from(`${left}, ${right}`), 'text/plain');
      return { part: `${left}, ${right}` };
    },
    few: async () => ({ part: 'few' }),
    many: async () => ({ part: 'many' }),
    list: async ({ input }) => ({ numbers: Array.from({ length: input.upTo }, (_, number) => number) }),
    alert: async ({ input }) => ({ part: input.code }),
    wipe: async ({ input }) => ({ part: input.title }),
  }),
  handlersFor(whiteboard, 'painter', {
    right: async ({ input }) => ({ part: `${input.part} right` }),
    square: async ({ input }) => {
      if (input === 13) throw new FatalError('Unlucky', 'thirteen');
      return input * input;
    },
  }),
  handlersFor(stamps, 'stamper', { stamp: async ({ input }) => ({ part: `stamped ${input.on}` }) }),
];
