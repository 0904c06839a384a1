/** What one made-up visitor does: the same number always does the same, so that a demo can be told again. */

export type Step = { readonly path: string; readonly waitSeconds: number };

const stories = ['salt', 'breath', 'pressure', 'light', 'pulse', 'warmth'].map((slug) => `/stories/${slug}`);
const assets = ['/static/sea.css', '/static/shell.svg', '/static/swell.svg'];

const agents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
];

/** Every tenth visitor is a crawler; the others share four browsers. */
export function agentOf(number: number): string {
  return agents[number % 10 === 9 ? 4 : number % 4] ?? '';
}

/** A third look at one page and leave; the others read on, some dive, and one in twelve meets an error. Waits are 1 to 20 seconds. */
export function planVisit(number: number): Step[] {
  const draw = drawing(number);
  const steps: Step[] = [{ path: '/', waitSeconds: 0 }];
  if (number % 10 !== 9) steps.push(...assets.map((path) => ({ path, waitSeconds: 0 })));
  const pages = number % 3 === 0 ? 0 : 1 + Math.floor(draw() * 5);
  for (let page = 0; page < pages; page += 1) steps.push({ path: stories[Math.floor(draw() * stories.length)] ?? '/', waitSeconds: 1 + Math.floor(draw() * 20) });
  if (draw() < 0.25) steps.push({ path: '/dive', waitSeconds: 5 }, { path: `/api/dive?metres=${Math.floor(draw() * 10_936)}`, waitSeconds: 4 });
  if (draw() < 1 / 12) steps.push({ path: draw() < 0.5 ? '/stories/atlantis' : '/api/dive?metres=deep', waitSeconds: 2 });
  return steps;
}

/** Numbers from 0 to 1 out of a seed (mulberry32, Tommy Ettinger, public domain). */
function drawing(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
