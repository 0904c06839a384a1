/** Dashboard 6, logs and security: the anonymised lines, and patterns of failure and attack as sums. */
import { logChoices } from './log-choices.ts';
import { attacksRow } from './logs/attacks.ts';
import { failuresRow } from './logs/failures.ts';
import { linesRow } from './logs/lines.ts';
import { visitsRow } from './logs/visits.ts';
import { page } from './page.ts';
import { note } from './panels/note.ts';
import { interval, site } from './variables.ts';

const introduction = `No line here has an address: **audience data are not used to follow a person**. The time axis is in the zone of your browser.`;

const reading = `Attacks are shown as sums; who it was is a question for the firewall and the raw log of the last 48 hours, and docs/healthcare.md says who may ask it. Error and application lines whose sender names no site are shown for every choice of sites.`;

export const logsPage = page({
  name: 'tidewatch-logs',
  sources: ['prometheus', 'loki'],
  variables: [site(), interval(), ...logChoices()],
  time: '6h',
  refresh: '1m',
  head: [note('', introduction, 3)],
  rows: [
    { title: 'Access lines', panels: linesRow },
    { title: 'Patterns of failure', panels: failuresRow },
    { title: 'Scans, storms and other unfriendly traffic', panels: attacksRow },
    { title: 'From a visit to its lines', panels: visitsRow },
  ],
  reading,
});
