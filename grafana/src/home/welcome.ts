/** The first words, and where everything else is. */
import { note } from '../panels/note.ts';
import { pages } from '../page-names.ts';

const others = Object.entries(pages).filter(([name]) => name !== 'tidewatch-home');
const list = others.map(([name, { title, says }]) => `- [**${title}**](/d/${name}?\${__url_time_range}&\${site:queryparam}) ${says}`).join('\n');

export const welcome = [
  note('', 'A click on a number opens the dashboard behind it. Today is a day in the **zone of the site**; the time axis is in the zone of your browser.', 3),
];

export const otherDashboards = note('', `${list}\n\n**Nothing here yet?** Numbers come with the first request to nginx; a visit counts when it is over, half an hour after its last request. \`docker compose --profile demo up\` fills everything with invented visitors.`, 9);
