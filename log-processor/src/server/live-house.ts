/** The processor about itself on the live page: the ledgers with their balance, the keys, and where to look further. */
import { html } from './html.ts';
import type { Html } from './html.ts';
import type { LineLedger, LiveFigures, VisitLedger } from './live-figures.ts';
import { bytes, count, duration } from './words.ts';

export function houseCards(figures: LiveFigures): Html {
  return html`<div class="cards">${lineCard(figures.lines)}${visitCard(figures.visits)}${keyCard(figures)}</div>${furtherCard(figures)}`;
}

function lineCard({ read, delivered, dropped, inFlight }: LineLedger): Html {
  const droppedLines = dropped.reduce((sum, { lines }) => sum + lines, 0);
  const reasons = dropped.filter(({ lines }) => lines > 0).map(({ reason, lines }) => entry(`dropped: ${reason}`, lines));
  return html`<div class="card"><h3>Line ledger</h3><table aria-label="Line ledger">${entry('read', read)}${entry('delivered', delivered)}${reasons.length === 0 ? entry('dropped', 0) : reasons}${entry('in flight', inFlight)}</table>
${balance(read - delivered - droppedLines - inFlight, `${count(read)} read = ${count(delivered)} delivered + ${count(droppedLines)} dropped + ${count(inFlight)} in flight`)}</div>`;
}

function visitCard({ opened, closed, open, merged }: VisitLedger): Html {
  return html`<div class="card"><h3>Visit ledger</h3><table aria-label="Visit ledger">${entry('opened', opened)}${entry('closed', closed)}${entry('open', open)}${entry('merged', merged)}</table>
${balance(opened - closed - open - merged, `${count(opened)} opened = ${count(closed)} closed + ${count(open)} open + ${count(merged)} merged`)}</div>`;
}

function balance(difference: number, sum: string): Html {
  if (difference === 0) return html`<p class="sum"><b class="good">Balances:</b> ${sum}.</p>`;
  return html`<p class="sum"><b class="bad">Does not balance by ${count(difference)}:</b> ${sum}.</p>`;
}

function keyCard({ sites, nowMs, lagBytes, outboxBytes }: LiveFigures): Html {
  const rows = sites.flatMap(({ site, keys }) => keys.map(({ day, createdMs }) => html`<tr><td>${site}, ${day}</td><td class="n">${duration(Math.max(0, nowMs - createdMs) / 1000)} old</td></tr>`));
  return html`<div class="card"><h3>Daily keys<small>destroyed after their day</small></h3>${rows.length === 0 ? html`<p class="none">No key yet.</p>` : html`<table aria-label="Daily keys">${rows}</table>`}<p class="sum">${bytes(lagBytes)} unread, ${bytes(outboxBytes)} to deliver.</p></div>`;
}

function furtherCard({ further }: LiveFigures): Html {
  const rows = further.map(({ what, where }) => html`<tr><td class="t">${what}</td><td class="p"><code>${where}</code></td></tr>`);
  return html`<div class="card wide"><h3>Look further</h3><table aria-label="Look further">${rows}<tr><td class="t">all numbers</td><td><a href="/metrics">/metrics</a></td></tr><tr><td class="t">is it ready?</td><td><a href="/readyz">/readyz</a></td></tr></table></div>`;
}

function entry(what: string, value: number): Html {
  return html`<tr><th scope="row" class="t">${what}</th><td class="n">${count(value)}</td></tr>`;
}
