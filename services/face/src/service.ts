import { composeFaceService } from './composition.ts';
import { readSettings } from './settings.ts';

/** The only service of this process. Wrong settings stop the app from loading, and the error names them. */
export const service = composeFaceService(readSettings(process.env), (cause) => {
  // There is no invocation here that could log it.
  console.error(`A detector worker ended and is replaced: ${cause.message}`);
});
