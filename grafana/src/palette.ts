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

/** The same thing has the same colour on every dashboard. Names are legends. */
export const colourOf: Readonly<Record<string, Colour>> = {
  human: 'blue',
  browser: 'blue',
  bot: 'orange',
  suspected: 'pink',
  '1xx': 'grey',
  '2xx': 'green',
  '3xx': 'sky',
  '4xx': 'orange',
  '5xx': 'vermilion',
  threshold: 'vermilion',
  other: 'grey',
  unattributed: 'grey',
};
