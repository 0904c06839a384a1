// The import law: nouns import nothing, steps are handed their tools, rooms do not know one another, every library has one door.
// test/import-law.test.ts breaks every rule once.

// CommonJS has no other way, and dependency-cruiser reads its configuration as CommonJS.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { energyLaw } = require('./energy-exporter/import-law.cjs');

const src = '^log-processor/src/';
const both = '^(?:log-processor|energy-exporter)/src/';
const tests = ['[.]test[.]ts$', '-(?:contract|bench)[.]ts$', '^(?:log-processor|energy-exporter)/src/[a-z]+/test/'];
const nouns = `${src}(?:metrics/)?(?:record|metric-names)[.]ts$`;
const contracts = `${src}(?:store/store|read/source)[.]ts$`;
const rooms = 'parse|scrub|day-energy|account|keys|store|loki|read|files|metrics|server|door|verify';

/** Only the named files (regular expressions under src/) may import the named packages; naming a type opens no door. */
const doorOf = (room) => (name, packages, files) => ({
  name: `one-door-${name}`,
  comment: `Only ${files.join(', ')} may import ${packages.join(', ')}.`,
  severity: 'error',
  from: { path: room, pathNot: [...tests, ...files.map((file) => room + file)] },
  to: { path: packages.map((library) => `(?:^|node_modules/)(?:node:)?${library}(?:$|/)`), dependencyTypesNot: ['local', 'type-only'] },
});

const door = doorOf(src);

module.exports = {
  forbidden: [
    {
      name: 'nouns-import-nothing',
      comment: 'record and metric-names are spoken by every room, so they know none.',
      severity: 'error',
      from: { path: nouns },
      to: {},
    },
    {
      name: 'steps-are-handed-their-tools',
      comment: 'A step imports nouns, its own parts, and types of contracts; never another room.',
      severity: 'error',
      from: { path: `${src}steps/`, pathNot: tests },
      to: { path: src, pathNot: [`${src}steps/`, `${src}record[.]ts$`], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'steps-do-not-touch-the-runtime',
      comment: 'No files, clock, environment or randomness in a step. (net is there for isIP and BlockList: arithmetic.)',
      severity: 'error',
      from: { path: `${src}steps/`, pathNot: tests },
      to: { dependencyTypes: ['core'], pathNot: ['^(?:node:)?net$'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-step-calls-a-step',
      comment: 'Steps are named by verbs, their parts by nouns; only the pipeline knows the order of steps.',
      severity: 'error',
      from: { path: `${src}steps/`, pathNot: tests },
      to: { path: `${src}steps/(?:add|classify|cut|drop|fold|map|mark|put|scrub|template|trust)-`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'rooms-do-not-know-one-another',
      comment: 'A room imports itself, nouns, the two contracts, and types; the rest is handed in by main.ts.',
      severity: 'error',
      from: { path: `${src}(${rooms})/`, pathNot: tests },
      to: { path: src, pathNot: [`${src}$1/`, nouns, contracts], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nobody-imports-main',
      severity: 'error',
      from: { pathNot: tests },
      to: { path: `${both}main[.]ts$` },
    },
    {
      name: 'src-imports-no-test',
      comment: 'What only tests need is not shipped.',
      severity: 'error',
      from: { path: both, pathNot: tests },
      to: { path: [...tests, '^(?:test|bench|tools|log-processor/test)/'] },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      comment: 'A file that nobody imports and that imports nothing is forgotten.',
      severity: 'error',
      from: { orphan: true, path: both, pathNot: [...tests, '[.]d[.]ts$'] },
      to: {},
    },
    {
      name: 'nothing-dead',
      comment: 'What no command and no generator reaches is not shipped: delete it or use it.',
      severity: 'error',
      from: { path: [`${both}main[.]ts$`, '^tools/'] },
      to: { path: both, pathNot: [...tests, '[.]d[.]ts$', `${both}main[.]ts$`], reachable: false },
    },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'shipped-code-needs-no-dev-dependency',
      severity: 'error',
      from: { path: both, pathNot: tests },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'], pathNot: ['node_modules/@types/'] },
    },
    door('logger', ['winston'], ['logger[.]ts$']),
    door('metrics', ['prom-client'], ['metrics/']),
    door('server', ['express'], ['server/']),
    door('countries', ['geoip-country'], ['countries[.]ts$']),
    door('agents', ['isbot', 'bowser'], ['agents[.]ts$']),
    door('calendar', ['luxon'], ['account/calendar[.]ts$']),
    door('snappy', ['snappy'], ['loki/']),
    door('config', ['zod', 'yaml'], ['config[^/]*[.]ts$']),
    door('crypto', ['crypto'], ['keys/', 'read/file-identity[.]ts$']),
    door('sqlite', ['sqlite'], ['store/']),
    door('co2', ['@tgwf/co2'], ['transfer-carbon[.]ts$']),
    ...energyLaw({ src, tests, doorOf }),
    {
      name: 'dashboards-know-metric-names-only',
      comment: 'Dashboards are built on names and on the table of thresholds; of the processor they import nothing else.',
      severity: 'error',
      from: { path: '^grafana/src/', pathNot: tests },
      to: { path: '^log-processor/', pathNot: [`${src}(?:metric-names|thresholds)[.]ts$`] },
    },
    {
      name: 'questions-know-no-panels',
      comment: 'A question is text over names, so that tests and documents can use it without a dashboard.',
      severity: 'error',
      from: { path: '^grafana/src/(?:queries/|promql[.]ts$|logql[.]ts$)', pathNot: tests },
      to: { path: ['node_modules/@grafana/', '^grafana/src/(?:panels/|figure[.]ts$|page[.]ts$)'] },
    },
    {
      name: 'one-door-dashboard-sdk',
      comment: 'Only grafana/src builds dashboards.',
      severity: 'error',
      from: { pathNot: ['^grafana/src/', ...tests] },
      to: { path: ['node_modules/@grafana/grafana-foundation-sdk/'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Type-only imports are seen too, and told apart: a contract may be named, not called.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'], extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'] },
  },
};
