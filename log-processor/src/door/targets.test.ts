/** Only what the configuration allows becomes a label: no sender, and nobody it listens to, may open streams at will. */
import { describe, expect, test } from 'vitest';
import { Targets } from './targets.ts';
import type { Rule, TargetOptions } from './targets.ts';

const rule = (more: Partial<Rule>): Rule => ({ match: {}, stream: undefined, site: undefined, serviceName: undefined, ...more });
const targetsOf = (more: Partial<TargetOptions> = {}): Targets =>
  new Targets({ input: 'agent', labels: [], rules: [], sites: ['ocean', 'other'], restSite: 'other', scrub: (text) => text.replaceAll('192.0.2.1', ':address'), overflow: () => undefined, ...more });
const of = (targets: Targets, labels: Record<string, string>) => targets.of(new Map(Object.entries(labels)));

describe('a pushed stream', () => {
  test('without any rule is what its labels say, and the site that takes all other lines', () => {
    expect(of(targetsOf(), { job: 'x', stream: 'error', service_name: 'nginx' })).toEqual({ kind: 'text', stream: { kind: 'error', site: 'other', input: 'agent', serviceName: 'nginx', labels: [] } });
    expect(of(targetsOf(), { job: 'x', stream: 'stderr', site: 'ocean' })).toMatchObject({ stream: { kind: 'app', site: 'ocean', serviceName: 'x' } });
    expect(of(targetsOf({ labels: ['level'] }), { job: 'x', service_name: '', level: '' })).toMatchObject({ stream: { serviceName: 'x', labels: [] } });
    expect(of(targetsOf(), { site: 'nowhere' })).toMatchObject({ stream: { kind: 'app', site: 'other', serviceName: 'unknown' } });
  });

  test('takes the first rule whose labels it has', () => {
    const targets = targetsOf({ rules: [rule({ match: { job: 'a', level: 'x' }, stream: 'stack' }), rule({ match: { job: 'a' }, stream: 'error', site: 'ocean', serviceName: 'nginx' }), rule({ match: { job: 'b' }, stream: 'access', site: 'ocean' })] });
    expect(of(targets, { job: 'a' })).toMatchObject({ stream: { kind: 'error', site: 'ocean', serviceName: 'nginx' } });
    expect(of(targets, { job: 'a', level: 'x' })).toMatchObject({ stream: { kind: 'stack' } });
    expect(of(targets, { job: 'b' })).toEqual({ kind: 'access', rule: 2, site: 'ocean' });
    expect(of(targets, { stream: 'access' })).toEqual({ kind: 'access', rule: null, site: null });
  });

  test('keeps the labels that are allowed, scrubbed and cut, and no other', () => {
    const found = of(targetsOf({ labels: ['level', 'pod'] }), { level: 'warn', pod: `from 192.0.2.1 ${'x'.repeat(500)}`, filename: '/a', __path__: '/b', job: 'c' });
    expect(found.kind === 'text' && found.stream.labels).toEqual([['level', 'warn'], ['pod', `from :address ${'x'.repeat(114)}`]]);
  });

  test('is the same object for the same labels', () => {
    const targets = targetsOf({ labels: ['level'] });
    const [first, second] = [of(targets, { level: 'a', x: '1' }), of(targets, { level: 'a', x: '2' })];
    expect(first.kind === 'text' && second.kind === 'text' && first.stream === second.stream).toBe(true);
  });

  test('of more label sets than a hundred loses its labels, and somebody is told', () => {
    let told = 0;
    const targets = targetsOf({ labels: ['pod'], overflow: () => (told += 1) });
    const streams = new Set(Array.from({ length: 5000 }, (_, pod) => {
      const target = of(targets, { pod: String(pod), service_name: `s${pod}` });
      return target.kind === 'text' ? JSON.stringify(target.stream) : '';
    }));
    expect(streams.size).toBe(101);
    expect(told).toBe(4900);
  });
});
