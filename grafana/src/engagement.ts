/** Dashboard 2, user engagement: how many people come, when, from where, what they read and how long they stay. */
import { daysRow } from './engagement/days.ts';
import { headline } from './engagement/headline.ts';
import { pagesRow } from './engagement/pages.ts';
import { placesRow } from './engagement/places.ts';
import { stayRow } from './engagement/stay.ts';
import { timesRow } from './engagement/times.ts';
import { classesRow, devicesRow } from './engagement/visitors.ts';
import { page } from './page.ts';
import { note } from './panels/note.ts';
import { interval, site } from './variables.ts';

const introduction = `People only, unless a panel says otherwise. Days and hours of the audience are in the **zone of the site**; the time axis is in the zone of your browser.`;

const reading = `Robots and suspects have rows of their own and are in no figure of people. A visitor of two days is two visitors, because nothing here can recognise anybody tomorrow. Totals move within seconds; visits are counted when they are over, half an hour after their last request.`;

export const engagementPage =
  page({
    name: 'tidewatch-engagement',
    sources: ['prometheus', 'loki'],
    variables: [site(), interval()],
    time: '30d',
    refresh: '5m',
    head: [note('', introduction, 3), ...headline],
    rows: [
      { title: 'Day by day, against last week and last year', panels: daysRow },
      { title: 'When people come', panels: timesRow },
      { title: 'Where people come from', panels: placesRow },
      { title: 'What people read', panels: pagesRow },
      { title: 'How long people stay', panels: stayRow },
      { title: 'With what people read', panels: devicesRow },
      { title: 'People, robots and suspects', panels: classesRow },
    ],
    reading,
  });
