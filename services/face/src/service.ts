import { composeFaceService } from './composition.ts';
import { readSettings } from './settings.ts';

/** The one service of this process; wrong settings stop the app from loading, and say which they are. */
export const service = composeFaceService(readSettings(process.env), (cause) => {
  // No invocation is at hand that could log it.
  console.error(`A detector worker ended and is replaced: ${cause.message}`);
});
