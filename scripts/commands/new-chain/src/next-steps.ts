import type { LaidOut } from './lay-out.ts';

/** What was done, and what to do with it. */
export function nextSteps({ name, created, changed }: LaidOut): string {
  return [
    `The chain ${name} is generated:`,
    ...created.map((file) => `  new      ${file}`),
    ...changed.map((file) => `  changed  ${file}`),
    '',
    'Next:',
    `  say what it does   shared/chains/src/${name}/${name}.ts, then services/${name}/src/handlers.ts: tsc names what is missing`,
    `  test it            node scripts/tooling/setup/launch.mjs vitest run --project unit services/${name}`,
    '  after each change  npm run generate',
    `  run it             npm start -- --chains ${name}, and elsewhere: npm run tally -- run --chain ${name} input.json --watch`,
    'docs/your-own-chain.md explains each step.',
  ].join('\n');
}
