/** The one door to isbot and bowser; what bowser cannot name may be the visitor's own text, so only names of a closed list leave this file. */
import Bowser from 'bowser';
import { isbot } from 'isbot';
import type { Device } from './record.ts';

/** True where the user agent looks like a robot, a library or a tool. Not for the empty string, which isbot takes for a browser. */
export function looksLikeRobot(userAgent: string): boolean {
  return isbot(userAgent);
}

/** Bowser's names and ours. Rare browsers are left out: a name few share would single them out. */
const families = new Map([
  ['Amazon Silk', 'Amazon Silk'],
  ['Android Browser', 'Android Browser'],
  ['BlackBerry', 'BlackBerry'],
  ['Brave', 'Brave'],
  ['Chrome', 'Chrome'],
  ['Chromium', 'Chromium'],
  ['DuckDuckGo', 'DuckDuckGo'],
  ['Electron', 'Electron'],
  ['Epiphany', 'Epiphany'],
  ['Firefox', 'Firefox'],
  ['Focus', 'Firefox Focus'],
  ['Google Search', 'Google App'],
  ['HeyTap Browser', 'HeyTap Browser'],
  ['Internet Explorer', 'Internet Explorer'],
  ['LibreWolf', 'LibreWolf'],
  ['Maxthon', 'Maxthon'],
  ['Microsoft Edge', 'Edge'],
  ['NAVER Whale Browser', 'Whale'],
  ['Opera', 'Opera'],
  ['Opera Touch', 'Opera'],
  ['Pale Moon', 'Pale Moon'],
  ['Puffin', 'Puffin'],
  ['QQ Browser', 'QQ Browser'],
  ['QQ Browser Lite', 'QQ Browser'],
  ['Safari', 'Safari'],
  ['Samsung Internet for Android', 'Samsung Internet'],
  ['SeaMonkey', 'SeaMonkey'],
  ['Sogou Browser', 'Sogou Browser'],
  ['UC Browser', 'UC Browser'],
  ['Vivaldi', 'Vivaldi'],
  ['Vivo Browser', 'Vivo Browser'],
  ['WeChat', 'WeChat'],
  ['Yandex Browser', 'Yandex Browser'],
]);

const systems = new Map([
  ['Android', 'Android'],
  ['BlackBerry', 'BlackBerry'],
  ['Chrome OS', 'Chrome OS'],
  ['HarmonyOS', 'HarmonyOS'],
  ['iOS', 'iOS'],
  ['Linux', 'Linux'],
  ['macOS', 'macOS'],
  ['PlayStation 4', 'PlayStation'],
  ['Roku', 'Roku'],
  ['Tizen', 'Tizen'],
  ['WebOS', 'webOS'],
  ['Windows', 'Windows'],
  ['Windows Phone', 'Windows Phone'],
]);

const devices = new Map<string, Device>([
  ['desktop', 'desktop'],
  ['mobile', 'mobile'],
  ['tablet', 'tablet'],
  ['tv', 'tv'],
]);

/** Television sets that bowser takes for the phones and desktops whose software they run. */
const television = /smart-?tv|hbbtv|googletv|google tv|android tv|apple ?tv|\bcrkey\b|\baft[a-z]{1,5}\b|netcast|web0s|bravia|\broku\b|playstation|xbox/i;

/** Bowser wants a space after the word; browsers before 2010 and Windows CE wrote none. */
const oldWindows = /\(windows(?:;|\)|ce\b)/i;

export type Browser = { readonly family: string; readonly os: string; readonly device: Device };

/** Family, system and device of a user agent that is no robot's, each from a closed list; `other` where it is unknown. Hand in a few hundred characters at most. */
export function describeBrowser(userAgent: string): Browser {
  const parser = Bowser.getParser(userAgent, true);
  const os = systems.get(parser.getOSName()) ?? (oldWindows.test(userAgent) ? 'Windows' : 'other');
  return {
    family: families.get(parser.getBrowserName()) ?? 'other',
    os,
    device: television.test(userAgent) ? 'tv' : (devices.get(parser.getPlatformType()) ?? (os === 'Chrome OS' ? 'desktop' : 'other')),
  };
}
