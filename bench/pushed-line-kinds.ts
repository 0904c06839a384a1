/** Lines as the agents of a platform push them: nginx errors, what gunicorn and Flask say with tracebacks, and the words of the stack itself; addresses, numbers and times as varied as in life. */

export type LineKind = { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly line: (number: number, timeMs: number) => string };

const address = (number: number): string => (number % 5 === 0 ? `2001:db8:${(number % 4099).toString(16)}::${(number % 251).toString(16)}` : `203.0.113.${(number * 7) % 256}`);
const isoTime = (timeMs: number): string => new Date(timeMs).toISOString();
const slashTime = (timeMs: number): string => isoTime(timeMs).slice(0, 19).replaceAll('-', '/').replace('T', ' ');
const requestId = (number: number): string => `${(number * 2_654_435_761) >>> 0}`.padStart(10, '0').replace(/^(....)(...)(...)$/, 'r$1-$2-$3');

function nginxError(number: number, timeMs: number): string {
  return `${slashTime(timeMs)} [error] 31#31: *${number} open() "/srv/ocean/${number % 300}.html" failed (2: No such file or directory), client: 203.0.113.${(number * 7) % 256}, server: ocean.example, request: "GET /${number % 300}.html?page=${number % 40} HTTP/1.1", host: "ocean.example"`;
}

const appLines: readonly ((number: number, timeMs: number) => string)[] = [
  (number, timeMs) => `[${isoTime(timeMs).slice(0, 19).replace('T', ' ')} +0000] [9] [WARNING] Invalid request from ip=${address(number)}: Invalid HTTP request line: '${number % 900}'`,
  (number, timeMs) => JSON.stringify({ time: isoTime(timeMs), level: 'info', logger: 'ocean.dive', message: `profile ${number % 5000} sent`, remote: address(number), request: requestId(number), took_ms: (number % 7000) / 10 }),
  (number, timeMs) =>
    `[${isoTime(timeMs).slice(0, 23).replace('T', ' ').replace('.', ',')}] ERROR in app: Exception on /dive/${number % 800} [GET]\nTraceback (most recent call last):\n  File "/usr/lib/python3.14/site-packages/flask/app.py", line 1511, in wsgi_app\n    response = self.full_dispatch_request()\n  File "/app/dive.py", line ${20 + (number % 50)}, in dive\n    raise ValueError("no depth for ${address(number)}")\nValueError: no depth for ${address(number)}`,
  (number, timeMs) => `${isoTime(timeMs).slice(0, 23).replace('T', ' ')} INFO ocean.mail: message ${requestId(number)} to jean.${number % 700}@ocean.example queued after ${number % 90} ms`,
];

const stackLines: readonly ((number: number, timeMs: number) => string)[] = [
  (number, timeMs) => `level=info ts=${isoTime(timeMs).replace('Z', `${String(number % 1000).padStart(3, '0')}Z`)} caller=metrics.go:237 component=frontend org_id=fake latency=fast query="{job=\\"nginx\\"}" length=1h0m0s duration=${((number % 90_000) / 1000).toFixed(6)}ms status=200 limit=${number % 1000} returned_lines=${number % 37} throughput=${(number % 97) / 10}MB total_bytes=${(number % 997) / 10}kB`,
  (number, timeMs) => `ts=${isoTime(timeMs)} caller=compact.go:598 level=info component=tsdb msg="write block" mint=${timeMs - (timeMs % 7_200_000) - 7_200_000} maxt=${timeMs - (timeMs % 7_200_000)} duration=${(number % 5000) / 1000}s`,
  (number, timeMs) => `logger=context userId=1 orgId=1 uname=admin t=${isoTime(timeMs)} level=warn msg="Request Completed" method=GET path=/api/dashboards/uid/tidewatch status=${number % 7 === 0 ? 500 : 404} remote_addr=${address(number)} time_ms=${number % 400} duration=${(number % 4000) / 10}ms size=${number % 9000} referer=`,
];

export const lineKinds: readonly LineKind[] = [
  { name: 'nginx errors', labels: { job: 'nginx-error' }, line: nginxError },
  { name: 'the application', labels: { job: 'platform' }, line: (number, timeMs) => appLines[number % appLines.length]?.(number, timeMs) ?? '' },
  { name: 'the stack', labels: { job: 'stack' }, line: (number, timeMs) => stackLines[number % stackLines.length]?.(number, timeMs) ?? '' },
];
