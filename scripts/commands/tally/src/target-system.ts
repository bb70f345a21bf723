import { findRunningSystems, StartError, UsageError } from '@tally/start';

/** The system that a command talks to. */
export interface TargetSystem {
  readonly baseUrl: string;
  /** Ports of this machine from which it fetches local files. Empty: it fetches none. */
  readonly photoPorts: readonly number[];
  /** Connection string of its storage, if that is on this machine and needs no secret. */
  readonly storage?: string | undefined;
}

/** No system was found. */
export class NoSystemError extends StartError {
  override name = 'NoSystemError';
}

/**
 * The system at the URL. Without a URL it is the only one that `npm start` runs in this clone.
 * @throws NoSystemError when none runs, UsageError when several do
 */
export async function findTargetSystem(url: string | undefined): Promise<TargetSystem> {
  return chooseSystem(await findRunningSystems(), url);
}

export function chooseSystem(running: readonly TargetSystem[], url: string | undefined): TargetSystem {
  if (url === undefined) {
    const [only, ...others] = running;
    if (only !== undefined && others.length === 0) return only;
    // A guess could terminate or purge another user's runs.
    const urls = running.map(({ baseUrl }) => baseUrl).join(', ');
    if (running.length > 1) throw new UsageError(`Several systems run here: ${urls}. Name one: --url <url>`);
    throw new NoSystemError(
      'No Tally is running here. Start one in another terminal: npm start\n(Or name one on another machine: --url http://<host>:<port>)',
    );
  }
  const baseUrl = url.replace(/\/+$/, '').replace(/\/api$/, '');
  return running.find((system) => sameOrigin(system.baseUrl, baseUrl)) ?? { baseUrl, photoPorts: [] };
}

function sameOrigin(left: string, right: string): boolean {
  const plain = (url: string): string => new URL(url).origin.replace('//localhost', '//127.0.0.1');
  return plain(left) === plain(right);
}
