import type { Registry } from '@tally/chains';
import { aggregateStage, intakeStage } from '@tally/run-steps';

/**
 * The services of `azure.yaml`, as azd publishes them. Each comes from the folder that
 * `scripts/tooling/deploy/main.ts package` has filled. Apps that open nodes come after the apps that work on
 * them, so that nothing is sent to an app that doesn't know it yet.
 * @param parameters text of `infra/main.bicepparam`, which names the chains that azd deploys
 */
export function azdServices({ apps }: Pick<Registry, 'apps'>, parameters: string): string {
  const chains = /^param chains = \[(.*)\]$/m.exec(parameters)?.[1] ?? '';
  const isDeployed = (chain: string) => chains.includes(`'${chain}'`);
  const workers = apps.filter(({ queues }) => queues.some(({ chain }) => isDeployed(chain))).map(({ name }) => name);
  return [
    ...['face', ...workers].map((app) => serviceOf(app, [])),
    serviceOf(aggregateStage.app, workers),
    serviceOf(intakeStage.app, [aggregateStage.app]),
  ].join('\n');
}

function serviceOf(app: string, after: readonly string[]): string {
  return [
    `  ${app}:`,
    `    project: out/package/${app}`,
    '    language: js',
    '    host: function',
    '    remoteBuild: false',
    ...(after.length === 0 ? [] : [`    uses: [${after.join(', ')}]`]),
  ].join('\n');
}
