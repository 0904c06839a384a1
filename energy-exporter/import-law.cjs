// The import law of the energy exporter: a part of .dependency-cruiser.cjs, in the room it rules.

const energy = '^energy-exporter/src/';
const rooms = 'sensors|containers|intensity|otlp';
const nouns = `${energy}(?:reading|metric-table|intensity/intensity)[.]ts$`;

/** The rules, out of what the law of the whole house calls the processor and tests, and how it makes a door. */
const energyLaw = ({ src, tests, doorOf }) => {
  const door = doorOf(energy);
  return [
    {
      name: 'energy-and-processor-meet-outside',
      comment: 'The exporter takes configuration, voice and version of the program and nothing else of the processor, so that it stays small.',
      severity: 'error',
      from: { path: energy, pathNot: tests },
      to: { path: src, pathNot: [`${src}(?:config(?:-energy|-refused)?|logger|version|end-with-launcher)[.]ts$`], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'processor-does-not-know-energy',
      severity: 'error',
      from: { path: src, pathNot: [...tests, `${src}main[.]ts$`] },
      to: { path: energy },
    },
    {
      name: 'energy-rooms-do-not-know-one-another',
      comment: 'A sensor, the grid, the cgroups and the collector are joined by energy-command and what it opens.',
      severity: 'error',
      from: { path: `${energy}(${rooms})/`, pathNot: tests },
      to: { path: energy, pathNot: [`${energy}$1/`, nouns], dependencyTypesNot: ['type-only'] },
    },
    door('opentelemetry', ['@opentelemetry'], ['otlp/']),
    door('grid-tables', ['@tgwf/co2'], ['intensity/yearly-mean[.]ts$']),
    door('digest', ['crypto'], ['sensors/digest-login[.]ts$']),
    door('http', ['http', 'https'], ['ask-json[.]ts$', 'health-page[.]ts$']),
  ];
};

module.exports = { energyLaw };
