/** Dashboard 1, home: the state of everything on one screen. */
import { alertsRow } from './home/alerts.ts';
import { platformNow } from './home/state.ts';
import { otherDashboards, welcome } from './home/welcome.ts';
import { page } from './page.ts';
import { interval, runbooks, site } from './variables.ts';

export const homePage = page({
  name: 'tidewatch-home',
  sources: ['prometheus', 'loki'],
  variables: [site(), interval(), runbooks()],
  time: '24h',
  refresh: '1m',
  head: [...welcome, ...platformNow],
  rows: [
    { title: 'Alerts', panels: alertsRow },
    { title: 'The other dashboards, and what to do while nothing is shown', panels: [otherDashboards] },
  ],
});
