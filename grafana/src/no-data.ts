/** Why a panel may have nothing to show; each ends the sentence "No data yet: ...", but for those that are good news and a sentence of their own. */

export const why = {
  processor: 'the log processor was not scraped in this time range.',
  closedVisits: 'no visit ended in this time range. A visit is closed 30 minutes after its last request.',
  requests: 'nginx logged no request in this time range.',
  receipts: 'no day of this time range is over. A receipt is written half an hour after midnight.',
  nothingHappened: 'Nothing of this kind happened in this time range, which is good.',
  loki: 'Loki was not scraped in this time range.',
  prometheus: 'Prometheus does not scrape itself.',
  noRules: 'no alert rule was looked at yet: even the alert that always fires (DeadMansSwitch) is silent.',
  energy: 'the energy exporter sent nothing in this time range.',
  perVisit: 'there were fewer than 100 human visits, and a figure per visit would mean nothing.',
  collector: 'the OpenTelemetry collector has nothing from this source.',
  application: 'the application answered no request in this time range.',
  node: 'node_exporter was not scraped, or this machine has no such device.',
  alerts: 'No alert is pending or firing.',
  alertsInRange: 'No alert fired in this time range.',
} as const;

/** Where nothing is what one hopes for. */
export const calm: ReadonlySet<string> = new Set([why.nothingHappened, why.alerts, why.alertsInRange]);
