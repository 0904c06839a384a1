/** The colours of every dashboard: eight that people with any kind of colour blindness tell apart (after Okabe and Ito), fit for dark and light. */

export const palette = {
  blue: '#4A90D9',
  orange: '#E69F00',
  green: '#00A37A',
  vermilion: '#D55E00',
  sky: '#56B4E9',
  pink: '#CC79A7',
  yellow: '#D9C300',
  grey: '#8E8E8E',
} as const;

export type Colour = keyof typeof palette;

const classes = { human: 'blue', browser: 'blue', bot: 'orange', suspected: 'pink' } as const;
const statuses = { '1xx': 'grey', '2xx': 'green', '3xx': 'sky', '4xx': 'orange', '5xx': 'vermilion', other: 'grey' } as const;

/** The same thing has the same colour on every dashboard: by label, and by its value. */
export const colourOf: Readonly<Record<string, Readonly<Record<string, Colour>>>> = {
  agent_class: classes,
  status_class: statuses,
  status: statuses,
  service: { platform: 'blue', nginx: 'sky', processor: 'green', loki: 'orange', prometheus: 'vermilion', grafana: 'yellow', energy: 'pink', unattributed: 'grey' },
  part: { platform: 'blue', monitoring: 'orange', unattributed: 'grey' },
  component: { operational: 'blue', embodied: 'orange' },
  method: { GET: 'blue', POST: 'orange', HEAD: 'sky', OPTIONS: 'green', PUT: 'pink', PATCH: 'yellow', DELETE: 'vermilion', other: 'grey' },
  kind: { page: 'blue', asset: 'sky', api: 'green', feed: 'pink', health: 'yellow', other: 'grey' },
  stream: { access: 'blue', visit: 'green', day: 'sky', error: 'vermilion', app: 'orange', stack: 'pink' },
  state: { active: 'blue', waiting: 'sky', writing: 'orange', reading: 'green' },
};
