/** Exact unique visitors of one site and day, by agent class and country, and which of them already had a visit closed. */
import type { AgentClass, Put, VisitClass } from '../record.ts';
import { jsonText } from './json-text.ts';
import { StateFields } from './state-fields.ts';
import { TokenTable } from './token-table.ts';

const seen = 1;
/** A visit of this class was closed. */
const visited: Readonly<Record<VisitClass, number>> = { human: 2, bot: 4, suspected: 8 };
/** The k-anonymous value for whatever is not shown; the only country that a visitor's later line may still improve. */
const folded = 'other';
/** No country begins with it. */
const closedMark = '!';
const closedMarks: Readonly<Record<VisitClass, string>> = { human: `${closedMark}human`, bot: `${closedMark}bot`, suspected: `${closedMark}suspected` };
/** Digits of a token that tell visitors apart: 64 bits. */
const prefixDigits = 16;

export class Uniques {
  readonly #keyPrefix: string;
  readonly #tables: Record<AgentClass, TokenTable> = { browser: new TokenTable(), bot: new TokenTable() };
  readonly #visitors: Record<AgentClass, number> = { browser: 0, bot: 0 };
  readonly #countries: string[] = [];
  readonly #byCountry = new Map<string, number>();
  #added: string[] = [];
  #chunks = 0;

  /** @param keyPrefix of the state entries, such as `seen/SITE/2026-11-22/` */
  constructor(keyPrefix: string) {
    this.#keyPrefix = keyPrefix;
  }

  /** Different visitors of the day, by what their agents say they are. */
  visitors(agentClass: AgentClass): number {
    return this.#visitors[agentClass];
  }

  /** Browser visitors by country as folded when they came; one whose country was not shown yet counts with the first that is. */
  byCountry(): ReadonlyMap<string, number> {
    return this.#byCountry;
  }

  /** A visitor is here today. */
  see(token: string, agentClass: AgentClass, country: string): void {
    const table = this.#tables[agentClass];
    const known = (table.flagsOf(token) & seen) !== 0;
    const old = known ? (this.#countries[table.noteOf(token)] ?? folded) : null;
    if (old !== null && (old !== folded || country === folded)) return;
    this.#apply(token, agentClass, country);
    this.#note(token, agentClass, country);
  }

  /** A visit of this day's token closed. Returns true for the first one of its class: human, bot and suspected are three series. */
  closeVisit(token: string, agentClass: AgentClass, visitClass: VisitClass): boolean {
    const table = this.#tables[agentClass];
    if ((table.flagsOf(token) & visited[visitClass]) !== 0) return false;
    table.set(token, visited[visitClass], table.noteOf(token));
    this.#note(token, agentClass, closedMarks[visitClass]);
    return true;
  }

  /** What came since the last call, as one more entry: the set only grows. */
  takeChanges(changes: Put[]): void {
    if (this.#added.length === 0) return;
    let chunk = '';
    for (let at = 0; at < this.#added.length; at += 3) {
      const [token = '', agentClass = '', what = ''] = [this.#added[at], this.#added[at + 1], this.#added[at + 2]];
      chunk += `${chunk === '' ? '[' : ','}"${token.slice(0, prefixDigits)}","${agentClass}",${jsonText(what)}`;
    }
    changes.push([this.#chunkKey(this.#chunks), `${chunk}]`]);
    this.#chunks += 1;
    this.#added = [];
  }

  restore(key: string, value: string): void {
    const fields = new StateFields(key, value);
    while (!fields.done) {
      const token = fields.text();
      const agentClass = fields.text() === 'bot' ? 'bot' : 'browser';
      const what = fields.text();
      const table = this.#tables[agentClass];
      if (what.startsWith(closedMark)) table.set(token, visited[classOf(what)], table.noteOf(token));
      else this.#apply(token, agentClass, what);
    }
    this.#chunks = Math.max(this.#chunks, Number(key.slice(this.#keyPrefix.length)) + 1);
  }

  /** The day is over and its receipt written: nothing of it stays. */
  drop(changes: Put[]): void {
    for (let chunk = 0; chunk < this.#chunks; chunk += 1) changes.push([this.#chunkKey(chunk), null]);
  }

  #apply(token: string, agentClass: AgentClass, country: string): void {
    const table = this.#tables[agentClass];
    const known = (table.flagsOf(token) & seen) !== 0;
    if (known) this.#countBy(agentClass, this.#countries[table.noteOf(token)] ?? folded, -1);
    else this.#visitors[agentClass] += 1;
    table.set(token, seen, this.#countryNumber(country));
    this.#countBy(agentClass, country, 1);
  }

  #countBy(agentClass: AgentClass, country: string, change: number): void {
    if (agentClass === 'browser') this.#byCountry.set(country, (this.#byCountry.get(country) ?? 0) + change);
  }

  #countryNumber(country: string): number {
    const known = this.#countries.indexOf(country);
    return known >= 0 ? known : this.#countries.push(country) - 1;
  }

  /** Remembers for the next entry that a visitor was seen (a country) or had a visit closed (the mark and its class). */
  #note(token: string, agentClass: AgentClass, what: string): void {
    this.#added.push(token, agentClass, what);
  }

  #chunkKey(chunk: number): string {
    return this.#keyPrefix + String(chunk).padStart(8, '0');
  }
}

function classOf(mark: string): VisitClass {
  const name = mark.slice(closedMark.length);
  return name === 'human' || name === 'bot' ? name : 'suspected';
}
