import { findRunningSystems, StartError, UsageError } from '@tally/start';

/** The system that a command talks to. */
export interface TargetSystem {
  readonly baseUrl: string;
  /** Ports of this machine on which it looks at local files; none: it doesn't. */
  readonly photoPorts: readonly number[];
  /** Connection string of its storage, where it is one of this machine that needs no secret. */
  readonly storage?: string | undefined;
}

/** There is nothing to talk to. */
export class NoSystemError extends StartError {
  override name = 'NoSystemError';
}

/**
 * The system at the URL; without one the only one that `npm start` runs in this clone.
 * @throws NoSystemError when none runs, UsageError when several do
 */
export async function findTargetSystem(url: string | undefined): Promise<TargetSystem> {
  return chooseSystem(await findRunningSystems(), url);
}

export function chooseSystem(running: readonly TargetSystem[], url: string | undefined): TargetSystem {
  if (url === undefined) {
    const [only, ...others] = running;
    if (only !== undefined && others.length === 0) return only;
    // A guess could terminate or purge what belongs to somebody else.
    const urls = running.map(({ baseUrl }) => baseUrl).join(', ');
    if (running.length > 1) throw new UsageError(`Several systems run here: ${urls}. Say which: --url <url>`);
    throw new NoSystemError(
      'No Tally is running here. Start one in another terminal: npm start\n(Or name one that runs elsewhere: --url http://<host>:<port>)',
    );
  }
  const baseUrl = url.replace(/\/+$/, '').replace(/\/api$/, '');
  return running.find((system) => sameOrigin(system.baseUrl, baseUrl)) ?? { baseUrl, photoPorts: [] };
}

function sameOrigin(left: string, right: string): boolean {
  const plain = (url: string): string => new URL(url).origin.replace('//localhost', '//127.0.0.1');
  return plain(left) === plain(right);
}
