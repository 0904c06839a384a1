/** Dashboard 7, pipeline and privacy: is every line accounted for, how far behind are we, and is everything gone that should be. */
import { note } from './panels/note.ts';
import { page } from './page.ts';
import { deliveryRow } from './pipeline/delivery.ts';
import { ledgerRow } from './pipeline/ledger.ts';
import { privacyRow, receiptsRow } from './pipeline/privacy.ts';
import { stateOfThePipeline } from './pipeline/state.ts';
import { lokiRow, prometheusRow } from './pipeline/stores.ts';
import { interval, site } from './variables.ts';

const introduction = `**read = delivered + dropped + in flight**, at every moment. The time axis is in your browser's zone, a day of a site in the site's zone.`;

const reading = `The ledger holds after every crash, because the counts are committed together with the lines. Lines follow their own time, not their arrival.`;

export const pipelinePage =
  page({
    name: 'tidewatch-pipeline',
    sources: ['prometheus', 'loki'],
    variables: [site(), interval()],
    time: '6h',
    refresh: '1m',
    head: [note('', introduction, 3), ...stateOfThePipeline],
    rows: [
      { title: 'The ledger of lines and visits', panels: ledgerRow },
      { title: 'Delivery', panels: deliveryRow },
      { title: 'Privacy: keys, raw logs, what was taken out', panels: privacyRow },
      { title: 'Daily receipts', panels: receiptsRow },
      { title: 'Loki', panels: lokiRow },
      { title: 'Prometheus and the targets it asks', panels: prometheusRow },
    ],
    reading,
  });
