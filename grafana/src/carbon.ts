/** Dashboard 3, CO2 and energy: what is drawn, what that emits, and what one visit costs, with every term of the sum. */
import { calendarRow, historyRow } from './carbon/history.ts';
import { intensityRow } from './carbon/intensity.ts';
import { powerRow } from './carbon/power.ts';
import { servicesRow } from './carbon/services.ts';
import { carbonNow } from './carbon/state.ts';
import { visitRow } from './carbon/visit.ts';
import { page } from './page.ts';
import { note } from './panels/note.ts';
import { interval, site } from './variables.ts';

const introduction = `grams = watts x hours x **PUE** x **carbon intensity** + the **embodied** share of the server. The time axis is in the zone of your browser.`;

const reading = `The carbon intensity is location based and of the whole life cycle. A minute without a value is missing, never zero: the coverage says how many were known, and nothing is scaled up. Where each number comes from: docs/energy.md.`;

export const carbonPage = page({
  name: 'tidewatch-carbon',
  sources: ['prometheus', 'loki'],
  variables: [site(), interval()],
  time: '24h',
  refresh: '1m',
  head: [note('', introduction, 3), ...carbonNow],
  rows: [
    { title: 'Power', panels: powerRow },
    { title: 'Services, and what monitoring itself costs', panels: servicesRow },
    { title: 'Carbon intensity, PUE and hosting', panels: intensityRow },
    { title: 'One visit', panels: visitRow },
    { title: 'The last day and the last month, through time', panels: historyRow },
    { title: 'Calendar days and months, out of the receipts', closed: true, panels: calendarRow },
  ],
  reading,
});
