import { defineChain } from '@tally/chain';
import * as z from 'zod';

/** The input that a run is started with. */
const inputSchema = z.strictObject({ name: z.string().min(1).max(100) });

/** The result of the task. */
const greetingSchema = z.strictObject({ text: z.string() });

export const hello = defineChain({ name: 'hello', version: 1, app: 'hello', input: inputSchema })
  .task('greet', { does: 'makes the greeting', result: greetingSchema })
  .output(({ greet }) => greet.output);
