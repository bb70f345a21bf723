import * as z from 'zod';
import type { Section } from './page/section.ts';
import { load, thisMachine } from './results/machine.ts';
import { writePart } from './results/results-file.ts';

/** `small` tries every measurement with few items. Its figures mean little. */
export type Scale = 'full' | 'small';

/** What a measurement may use while it runs. */
export interface Bench {
  readonly scale: Scale;
  /** Reports progress. */
  readonly say: (text: string) => void;
}

/** A measurement and its section on the page. */
interface Measurement<Figures> {
  readonly name: string;
  /** About how many minutes it takes at full scale, on two idle cores. */
  readonly minutes: number;
  /** Schema of the figures in the results file. */
  readonly schema: z.ZodType<Figures>;
  readonly measure: (bench: Bench) => Promise<Figures>;
  readonly section: (figures: Figures) => Section;
}

/** A part of the benchmark that can be run alone. */
export interface Part {
  readonly name: string;
  readonly minutes: number;
  /** Measures, and stores the figures in the folder's results. */
  readonly take: (scale: Scale, folder: string, say: (text: string) => void) => Promise<void>;
  /** @param figures as they are in the results file */
  readonly section: (figures: unknown) => Section;
}

export function partOf<Figures>({ name, minutes, schema, measure, section }: Measurement<Figures>): Part {
  return {
    name,
    minutes,
    section: (figures) => section(schema.parse(figures)),
    take: async (scale, folder, say) => {
      const before = load();
      const takenAt = new Date().toISOString();
      const began = performance.now();
      const figures = z.json().parse(await measure({ scale, say: (text) => say(`${name}: ${text}`) }));
      const seconds = Math.round((performance.now() - began) / 1000);
      const loads = { before, after: load() };
      writePart(folder, name, { takenAt, scale, seconds, load: loads, machine: thisMachine(), figures });
      say(`${name}: done in ${seconds} s`);
    },
  };
}

/** The value for the scale of this benchmark. */
export function byScale<Value>({ scale }: Pick<Bench, 'scale'>, values: Readonly<Record<Scale, Value>>): Value {
  return values[scale];
}
