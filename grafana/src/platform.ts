/** Dashboard 4, platform and API health: does it answer, how fast, how reliably, and how close is it to its limits. */
import { page } from './page.ts';
import { note } from './panels/note.ts';
import { applicationRow } from './platform/application.ts';
import { checksRow } from './platform/checks.ts';
import { nginxRow } from './platform/nginx.ts';
import { servicesRow } from './platform/services.ts';
import { burnRow, platformState } from './platform/state.ts';
import { interval, site } from './variables.ts';

const introduction = `Seen from three places: **nginx** (what visitors got), the **application** (Flask), and **checks** from outside. The time axis is in the zone of your browser.`;

export const platformPage = page({
  name: 'tidewatch-platform',
  sources: ['prometheus', 'loki'],
  variables: [site(), interval()],
  time: '6h',
  refresh: '30s',
  head: [note('', introduction, 3), ...platformState],
  rows: [
    { title: 'What was promised: the error budget', panels: burnRow },
    { title: 'What visitors got: nginx', panels: nginxRow },
    { title: 'What Flask did: the application', panels: applicationRow },
    { title: 'Checks from outside, and the certificate', panels: checksRow },
    { title: 'Services against their limits', panels: servicesRow },
  ],
});
