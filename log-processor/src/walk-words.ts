/** Walks a scanned line along the same road as `walk`, with memory: every step asks the same tools, once for each word, and a test holds that both say the same. */
import type { KeyWanted } from './anonymise.ts';
import { KnownClient } from './known.ts';
import type { KnownAgent, KnownForward, KnownReferrer, KnownTarget } from './known.ts';
import type { KnownLine } from './line-in-hand.ts';
import type { ScannedLine } from './parse/scan-line.ts';
import type { Word } from './parse/word.ts';
import { graceAheadMs } from './pipeline.ts';
import type { Drop, Origin, RoadTools, SiteTools } from './pipeline.ts';
import type { Agent, DropReason, Kind, PublicRequest } from './record.ts';
import { TokenMemory } from './remember-tokens.ts';
import { rememberValues } from './remember-values.ts';
import { Value } from './vocabulary.ts';

const noDay = { day: '', startMs: 0, dayBefore: '' };
const nobody: Agent = { agentClass: 'bot', family: 'other', os: 'other', device: 'other' };

export class WordWalker {
  readonly #tools: RoadTools;
  readonly #valueOf = rememberValues();
  /** Filled anew for every line. */
  readonly #line: KnownLine = {
    input: '', lineNumber: 0, site: '', day: noDay, audience: true, timeMs: 0, method: '', status: 0, bytes: 0, durationMs: -1, upstreamMs: -1, userAgent: '',
    address: null, memory: new TokenMemory(), country: new Value('country', 'unknown'), agent: nobody, family: new Value('family', 'other'), kind: 'other',
    path: new Value('path', '(none)'), referrer: new Value('referrer', 'direct'), prefetch: false,
  }; // prettier-ignore

  constructor(tools: RoadTools) {
    this.#tools = tools;
  }

  /** Forgets every token, and the line in hand: a key has died. The words themselves are forgotten by their scanner. */
  forget(): void {
    this.#line.memory = new TokenMemory();
    this.#line.address = null;
    this.#line.userAgent = '';
  }

  /** As `walk`; the answer is one object that the next line fills anew. */
  walk(scanned: ScannedLine, origin: Origin): PublicRequest | Drop | KeyWanted {
    const site = origin.site ?? this.#siteOf(scanned.serverName);
    if (scanned.timeMs > origin.nowMs + graceAheadMs) return dropped('too_new', site, null);
    const client = this.#clientOf(scanned);
    if (!client.counts) return dropped('bad_address', site, scanned.timeMs);
    const line = this.#line;
    line.input = origin.input;
    line.lineNumber = origin.lineNumber;
    line.site = site.name;
    line.day = this.#tools.dayOf(site.name, scanned.timeMs);
    copyNumbers(line, scanned);
    line.address = client.address;
    line.memory = client;
    line.country = client.country;
    const scrubbed = this.#fill(line, scanned, site);
    const result = this.#tools.anonymiseKnown(line);
    if (scrubbed.length > 0 && !('keyWanted' in result)) for (const pattern of scrubbed) this.#tools.scrubbed(pattern);
    return result;
  }

  /** Agent, target and referrer. */
  #fill(line: KnownLine, scanned: ScannedLine, site: SiteTools): readonly string[] {
    const { agent, family } = scanned.userAgent.known ?? this.#learnAgent(scanned.userAgent);
    line.agent = agent;
    line.family = family;
    line.prefetch = scanned.purpose.text !== '' && this.#tools.isPrefetch(scanned.purpose.text);
    const target = scanned.uri.known?.site === site ? scanned.uri.known : this.#learnTarget(scanned.uri, site);
    line.path = target.path;
    line.kind = kindOf(target, scanned);
    line.audience = line.kind !== 'health' && !target.isStack;
    line.referrer = (scanned.referrer.known?.site === site ? scanned.referrer.known : this.#learnReferrer(scanned.referrer, site)).host;
    return target.scrubbed;
  }

  #siteOf(serverName: Word<SiteTools>): SiteTools {
    serverName.known ??= this.#tools.siteOf(serverName.text);
    return serverName.known;
  }

  #clientOf({ peer, forwardedFor }: ScannedLine): KnownClient {
    const known = peer.known ?? this.#learnPeer(peer);
    if (!known.trusted || forwardedFor.text === '') return known;
    const forward = forwardedFor.known;
    return (forward !== null && forward.peer === peer.text ? forward : this.#learnForward(forwardedFor, peer.text)).client;
  }

  #learnPeer(peer: Word<KnownClient>): KnownClient {
    peer.known = this.#learnClient(peer.text, '');
    return peer.known;
  }

  #learnForward(forwardedFor: Word<KnownForward>, peer: string): KnownForward {
    forwardedFor.known = { peer, client: this.#learnClient(peer, forwardedFor.text) };
    return forwardedFor.known;
  }

  #learnClient(peer: string, forwardedFor: string): KnownClient {
    const tools = this.#tools;
    const address = tools.trustProxy(peer, forwardedFor);
    const country = this.#valueOf('country', address === null ? 'unknown' : tools.countryOf(address));
    const counts = address !== null || peer.startsWith('unix:') || tools.isAddress(peer);
    return new KnownClient(address === null ? null : address.text, country, { counts, trusted: tools.trustsPeer(peer) });
  }

  #learnAgent(userAgent: Word<KnownAgent>): KnownAgent {
    const agent = this.#tools.agentOf(userAgent.text);
    userAgent.known = { agent, family: this.#valueOf('family', agent.family) };
    return userAgent.known;
  }

  #learnTarget(uri: Word<KnownTarget>, site: SiteTools): KnownTarget {
    const { path, hits } = site.templatePath(uri.text);
    uri.known = { site, path: this.#valueOf('path', path), scrubbed: hits, isStack: site.isStack(uri.text), uri: uri.text, kind: 'other', method: '', contentType: '', status: -1 };
    return uri.known;
  }

  #learnReferrer(referrer: Word<KnownReferrer>, site: SiteTools): KnownReferrer {
    referrer.known = { site, host: this.#valueOf('referrer', site.cutReferrer(referrer.text)) };
    return referrer.known;
  }
}

/** Most requests for a path are answered like the one before. */
function kindOf(target: KnownTarget, { method, contentType, status }: ScannedLine): Kind {
  if (target.status === status && target.method === method.text && target.contentType === contentType.text) return target.kind;
  target.status = status;
  target.method = method.text;
  target.contentType = contentType.text;
  target.kind = target.site.classifyKind(method.text, target.uri, contentType.text, status);
  return target.kind;
}

function copyNumbers(line: KnownLine, scanned: ScannedLine): void {
  line.timeMs = scanned.timeMs;
  line.method = scanned.method.text;
  line.status = scanned.status;
  line.bytes = scanned.bytes;
  line.durationMs = scanned.durationMs;
  line.upstreamMs = scanned.upstreamMs;
  line.userAgent = scanned.userAgent.text;
}

const dropped = (drop: DropReason, site: SiteTools, timeMs: number | null): Drop => ({ drop, site: site.name, timeMs });
