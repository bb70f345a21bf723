import { chartOf, durationText, lanesOf, workedNodesOf } from '@tally/chain';
import type { Registry } from '@tally/chains';

type Chain = Registry['chains'][number];

/** The page that shows every chain of the deployment. */
export function chainsPage({ chains }: Registry): string {
  const top = '# The chains\n\nMade by `npm run generate` from their declarations in `shared/chains`.';
  return `${[top, ...chains.map(sectionOf)].join('\n\n')}\n`;
}

function sectionOf(chain: Chain): string {
  return [
    `## ${chain.name}, version ${chain.version}`,
    `\`\`\`mermaid\n${chartOf(chain)}\n\`\`\``,
    ['| node | app | queue | tries | time limit of a try |', '| --- | --- | --- | --- | --- |', ...rowsOf(chain)].join(
      '\n',
    ),
  ].join('\n\n');
}

function rowsOf(chain: Chain): string[] {
  return workedNodesOf(chain).map((node) => {
    const limit = node.kind === 'task' ? durationText(node.timeoutMs) : 'a call of an item has its own';
    return `| ${node.name} | ${node.app} | ${lanesOf(node).join(', ')} | ${node.retry.maxAttempts} | ${limit} |`;
  });
}
