// The import rules of the repository: which package may import which. ARCHITECTURE.md draws the same arrows.
// scripts/tooling/checks/boundaries.test.ts proves that each rule rejects a tree that breaks it.

import './scripts/tooling/checks/parse-tsx.mjs';
import './scripts/tooling/checks/walk-using.mjs';

/** Files outside product code. Tests may reach further, because they combine what the product keeps apart. */
const tests = String.raw`\.(test|fixture|conformance)\.tsx?$|/(fixtures|test)/`;

/** Packages under shared/ that are product code, each with the packages of ours that it may import. */
const arrows = {
  contracts: [],
  chain: ['contracts'],
  chains: ['contracts', 'chain'],
  api: ['contracts', 'chain'],
  client: ['contracts', 'api'],
  // Types alone. The build of the page refuses more.
  dashboard: ['api', 'client'],
  ffmpeg: ['contracts'],
  'run-state': ['contracts'],
  'run-store': ['contracts', 'run-state'],
  queues: ['contracts', 'run-state'],
  'guarded-fetch': [],
  blobs: ['contracts', 'chain'],
  'run-steps': ['contracts', 'chain', 'run-state', 'run-store', 'queues'],
  'run-handlers': ['contracts', 'chain', 'run-state', 'run-steps', 'blobs'],
  'test-chain': ['contracts', 'chain', 'run-state', 'run-store', 'queues', 'blobs', 'run-steps', 'run-handlers'],
  'functions-kit': [
    'api',
    'contracts',
    'chain',
    'run-state',
    'run-store',
    'queues',
    'run-steps',
    'run-handlers',
    'blobs',
  ],
};

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const arrowRules = Object.entries(arrows).map(([name, allowed]) => ({
  name: `arrows-${name}`,
  comment: `shared/${name} imports ${allowed.length === 0 ? 'nothing of ours' : `only ${allowed.join(', ')}`}.`,
  severity: 'error',
  from: { path: `^shared/${name}/`, pathNot: tests },
  to: { path: '^(shared|services|scripts)/', pathNot: `^shared/(${[name, ...allowed].join('|')})/` },
}));

/** The folders of run-steps from the ground up. Each imports only those before it, so there are no circles. */
const floors = [
  ...['context', 'commit', 'messages', 'ending', 'read', 'control', 'dead-letters'],
  ...['work', 'aggregate', 'purge', 'start', 'dispatch', 'watch'],
];

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const floorRules = floors.map((name, place) => ({
  name: `floors-${name}`,
  comment: `run-steps/src/${name} imports ${place === 0 ? 'no other folder' : `only ${floors.slice(0, place).join(', ')}`}.`,
  severity: 'error',
  from: { path: `^shared/run-steps/src/${name}/`, pathNot: tests },
  to: {
    path: '^shared/run-steps/src/[^/]+/',
    pathNot: `^shared/run-steps/src/(${floors.slice(0, place + 1).join('|')})/`,
  },
}));

const storageSdks = 'node_modules/@azure/(data-tables|storage-queue|storage-blob)/';
const identityUsers = 'run-store|queues|blobs|functions-kit|contracts/src/app-identity';
const functionsSdk = 'node_modules/@azure/functions/';

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const forbidden = [
  ...arrowRules,
  ...floorRules,
  {
    name: 'run-state-is-pure',
    comment: 'run-state decides and does nothing else: no Node module, no package but our contracts.',
    severity: 'error',
    from: { path: '^shared/run-state/', pathNot: tests },
    to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'storage-sdk-in-adapters-only',
    comment: 'Only the adapters and what runs or tests a storage service speak its protocol.',
    severity: 'error',
    from: {
      path: '^(services|shared|scripts)/',
      pathNot: `^shared/(run-store|queues|blobs|testing|azurite)/|^scripts/|${tests}`,
    },
    to: { path: storageSdks },
  },
  {
    name: 'identity-in-adapters-only',
    comment: 'Only the adapters, the kit and services sign in: what decides never asks for a token.',
    severity: 'error',
    from: { path: '^shared/', pathNot: `^shared/(${identityUsers})/|${tests}` },
    to: { path: 'node_modules/@azure/identity/|^shared/contracts/src/app-identity/' },
  },
  {
    name: 'functions-sdk-at-the-edge-only',
    comment: "Only the kit, a service's composition root and its function files know the Functions programming model.",
    severity: 'error',
    from: {
      path: '^(services|shared|scripts)/',
      pathNot: `^shared/functions-kit/|^services/[^/]+/src/(functions/|main\\.ts$)|${tests}`,
    },
    to: { path: functionsSdk },
  },
  {
    name: 'page-without-node',
    comment: 'The page runs in a browser.',
    severity: 'error',
    from: { path: '^shared/dashboard/src/', pathNot: tests },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'services-stand-alone',
    comment: 'A service is deployed alone: nothing imports it, least of all another service.',
    severity: 'error',
    from: { path: '^(services|shared|scripts)/([^/]+)/' },
    to: { path: '^services/([^/]+)/', pathNot: '^$1/$2/' },
  },
  {
    name: 'scripts-serve-developers',
    comment: 'Services and shared packages run without the commands and tools of this repository.',
    severity: 'error',
    from: { path: '^(services|shared)/', pathNot: tests },
    to: { path: '^scripts/' },
  },
  {
    name: 'test-support-in-tests-only',
    comment: 'shared/testing, shared/test-chain and the systems made of them are for tests and measurements.',
    severity: 'error',
    from: {
      path: '^(services|shared|scripts)/',
      pathNot: `^shared/(testing|test-chain)/|^scripts/tests/(test-system|chaos|bench)/|${tests}`,
    },
    to: { path: '^(shared/(testing|test-chain)|scripts/tests/(test-system|chaos|bench))/' },
  },
  {
    name: 'workspaces-by-name',
    comment: 'A relative import stays in its package; another package is imported by its name.',
    severity: 'error',
    from: { path: '^((services|shared|scripts/[^/]+)/[^/]+)/' },
    to: { path: '^(services|shared|scripts)/', pathNot: '^$1/', dependencyTypes: ['local'] },
  },
  { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  {
    name: 'resolvable',
    comment: 'Every import leads somewhere. The Functions host alone provides its core module.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true, pathNot: '^@azure/functions-core$' },
  },
];

export default {
  forbidden,
  /** @type {import('dependency-cruiser').ICruiseOptions} */
  options: {
    // TypeScript 7 has no API for dependency-cruiser. swc also parses TypeScript, including type-only
    // imports.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(out|coverage|reports)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
