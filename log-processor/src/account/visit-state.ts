/** One open visit part as an entry of the durable state, and back. */
import type { AgentClass, Device, Put } from '../record.ts';
import { StateFields } from './state-fields.ts';
import type { VisitPart } from './visit-part.ts';

export const visitPrefix = 'visit/';
const devices: readonly Device[] = ['desktop', 'mobile', 'tablet', 'tv', 'other'];

export function partKey(part: VisitPart): string {
  return `${visitPrefix}${part.token}/${part.createdMs}`;
}

export function writePart(part: VisitPart): Put {
  const fields = [
    part.site, part.token, part.earlier, part.createdMs, part.startMs, part.startInput, part.startLine,
    part.endMs, part.endInput, part.endLine, part.requests, part.bytes, part.serverMs, part.pageViews,
    part.hasAsset, part.hasRobotsTxt, part.entryMs, part.entryInput, part.entryLine, part.entryPath, part.entryReferrer,
    part.exitMs, part.exitInput, part.exitLine, part.exitPath, part.referrerHost, part.country, part.family, part.os,
    part.device, part.agentClass,
  ]; // prettier-ignore
  return [partKey(part), JSON.stringify(fields)];
}

/** @throws Error naming the entry when it is not what `writePart` wrote */
export function readPart(key: string, value: string): VisitPart {
  const fields = new StateFields(key, value);
  const text = (): string => fields.text();
  const number = (): number => fields.number();
  return {
    site: text(), token: text(), earlier: fields.textOrNull(), createdMs: number(), startMs: number(), startInput: text(), startLine: number(),
    endMs: number(), endInput: text(), endLine: number(), requests: number(), bytes: number(), serverMs: number(), pageViews: number(),
    hasAsset: fields.flag(), hasRobotsTxt: fields.flag(), entryMs: number(), entryInput: text(), entryLine: number(), entryPath: text(),
    entryReferrer: text(), exitMs: number(), exitInput: text(), exitLine: number(), exitPath: text(), referrerHost: text(), country: text(),
    family: text(), os: text(), device: toDevice(text()), agentClass: toAgentClass(text()), older: null, gone: false, dirty: false, stored: true,
  }; // prettier-ignore
}

function toDevice(text: string): Device {
  return devices.find((device) => device === text) ?? 'other';
}

function toAgentClass(text: string): AgentClass {
  return text === 'bot' ? 'bot' : 'browser';
}
