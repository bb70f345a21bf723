import type { Run } from '@tally/run-state';

/** Where a file lies. */
export interface FilePlace {
  readonly container: string;
  readonly name: string;
}

type Generation = Pick<Run, 'runId' | 'generation'>;

/** What the steps need to know of files. */
export interface RunFiles {
  /** Deletes all files of a generation of a run, if there are any. */
  readonly deleteRun: (run: Generation) => Promise<void>;
  /** Whether a file lies where only this generation of the run puts files, whatever names it. */
  readonly isOwn: (run: Generation, file: FilePlace) => boolean;
  /**
   * A link that lets its holder read the file and nothing else, for that long; null: there is no such file. A
   * secret: it must not be logged.
   */
  readonly link: (file: FilePlace, validMs: number) => Promise<string | null>;
}

/** For an account in which no chain keeps files. */
export const noFiles: RunFiles = { deleteRun: async () => {}, isOwn: () => false, link: async () => null };
