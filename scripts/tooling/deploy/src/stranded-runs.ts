import { counted } from '@tally/contracts';
import { DeployError } from './command.ts';
import { LIVE_RUNS, listLiveRuns, type RunningSystem } from './live-runs.ts';

/** A chain as it stands in the registry to be deployed. */
export interface DeployedChain {
  readonly name: string;
  readonly version: number;
}

/** Live runs of one chain that the new deployment can't continue. */
interface Stranded {
  readonly what: string;
  count: number;
  readonly example: string;
}

/**
 * R8, R9: refuses to replace a system with live runs that the new one could not continue. These are runs of a
 * chain version that its registry lacks, or in rows that the system itself can't read.
 * @throws DeployError that names the runs, or says why the system can't be asked; in both cases it says how
 * to go on
 */
export async function refuseStranded(system: RunningSystem, chains: readonly DeployedChain[]): Promise<void> {
  const stranded = await findStranded(system, chains).catch((error: unknown) => {
    throw cannotAsk(system.baseUrl, error);
  });
  if (stranded.length === 0) return;
  const lines = stranded.map(({ what, count, example }) => `- ${what}: ${counted(count, 'run')}, such as "${example}"`);
  throw new DeployError(
    [
      `Nothing was deployed: ${system.baseUrl} has live runs that this deployment could not continue.`,
      ...lines,
      `Let them end (GET ${LIVE_RUNS} lists them), or keep the version in shared/chains until they have. ` +
        'With --no-run-check it is deployed all the same, and those runs wait until a deployment knows them again.',
    ].join('\n'),
  );
}

/** The error that says why the system can't be asked, and what to do. */
export function cannotAsk(baseUrl: string, error: unknown): unknown {
  if (!(error instanceof DeployError)) return error;
  return new DeployError(
    `Nothing was deployed: the deployed Tally, ${baseUrl}, can't be asked for its live runs: ${error.message}. ` +
      'Start it, and deploy again. If it never ran, or you know that no live run needs a removed version, pass --no-run-check.',
    { cause: error },
  );
}

async function findStranded(system: RunningSystem, chains: readonly DeployedChain[]): Promise<readonly Stranded[]> {
  const found = new Map<string, Stranded>();
  for await (const { name, chainVersion = null, instanceId } of listLiveRuns(system)) {
    if (chainVersion !== null && chains.some((chain) => chain.name === name && chain.version === chainVersion))
      continue;
    // R9: rows of another version are not read. An earlier version of Tally returns no chain version, and its
    // rows count as such.
    const what = chainVersion === null ? `${name}, in rows of another version of Tally` : `${name}@${chainVersion}`;
    const same = found.get(what) ?? { what, count: 0, example: instanceId };
    same.count += 1;
    found.set(what, same);
  }
  return [...found.values()];
}
