/** What the server answers: four pages, fixed words for everything else, and the headers that every answer carries. */
import express from 'express';
import type { ErrorRequestHandler, Express, RequestHandler } from 'express';
import type { IncomingMessage } from 'node:http';
import type { PushAnswer } from '../door/pushed.ts';
import type { Logger } from '../logger.ts';
import type { LiveFigures } from './live-figures.ts';
import { renderLivePage } from './live-page.ts';
import { liveStyle } from './live-style.ts';
import { renderPublicPage } from './public-page.ts';

export type Answers = {
  readonly metrics: () => Promise<{ readonly text: string; readonly contentType: string }>;
  /** Reasons are sentences of the program: why it cannot work now. */
  readonly ready: () => { readonly ready: boolean; readonly reasons: readonly string[] };
  readonly live: () => LiveFigures;
  /** True where everybody may see `/`: it then shows closed hours only. */
  readonly isPublic?: boolean;
  /** Null where nobody may push: then there is no such route. The answer is null where the sender has left. */
  readonly push: ((request: IncomingMessage) => Promise<PushAnswer | null>) | null;
  readonly logger: Pick<Logger, 'often'>;
};

/** Nothing that was asked is ever repeated: no path, no header, no error. */
export async function createAnswers(answers: Answers): Promise<Express> {
  const app = express();
  for (const setting of ['x-powered-by', 'etag', 'query parser']) app.set(setting, false);
  for (const setting of ['strict routing', 'case sensitive routing']) app.set(setting, true);
  app.use(securityHeaders(await contentSecurityPolicy()));
  for (const [path, page] of Object.entries(pages(answers))) app.route(path).get(page).all(methodNotAllowed);
  if (answers.push !== null) app.route('/loki/api/v1/push').post(pushed(answers.push)).all(onlyPost);
  app.use(notFound);
  app.use(failed(answers.logger));
  return app;
}

function pages({ metrics, ready, live, isPublic = false }: Answers): Record<string, RequestHandler> {
  return {
    '/': (_, response) => void response.type('html').send(isPublic ? renderPublicPage(live()) : renderLivePage(live())),
    '/metrics': async (_, response) => {
      const { text, contentType } = await metrics();
      response.set('Content-Type', contentType).send(text);
    },
    '/healthz': (_, response) => void response.type('txt').send('ok\n'),
    '/readyz': (_, response) => {
      const state = ready();
      const text = state.ready ? 'ready\n' : `not ready\n${state.reasons.map((reason) => `${reason}\n`).join('')}`;
      response.status(state.ready ? 200 : 503).type('txt').send(text);
    },
  };
}

/** Fixed words, never anything of what was sent. What is left of a body that is not wanted is read and thrown away, so that the sender sees the answer. */
function pushed(push: NonNullable<Answers['push']>): RequestHandler {
  return async (request, response) => {
    const answer = await push(request);
    if (answer === null) {
      response.destroy();
      return;
    }
    request.resume();
    if (answer.retryAfterSeconds !== undefined) response.set('Retry-After', String(answer.retryAfterSeconds));
    if (answer.status === 401) response.set('WWW-Authenticate', 'Bearer, Basic realm="tidewatch"');
    if (answer.status === 204) response.status(204).end();
    else response.status(answer.status).type('txt').send(`${answer.words}\n`);
  };
}

const onlyPost: RequestHandler = (_, response) => void response.status(405).set({ Allow: 'POST', Connection: 'close' }).type('txt').send('method not allowed\n');

// Connection: close, because what else such a client sends is not worth reading.
const methodNotAllowed: RequestHandler = (_, response) => void response.status(405).set({ Allow: 'GET, HEAD', Connection: 'close' }).type('txt').send('method not allowed\n');
const notFound: RequestHandler = (_, response) => void response.status(404).set('Connection', 'close').type('txt').send('not found\n');

/** What went wrong is for the log, and what was asked is for nobody. Express knows this handler by its four parameters. */
function failed(logger: Answers['logger']): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    logger.often('page', 'error', 'a page could not be made', { error: error instanceof Error ? error : typeof error });
    if (response.headersSent) response.destroy();
    else response.status(500).type('txt').send('internal error\n');
  };
}

function securityHeaders(policy: string): RequestHandler {
  const headers = {
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  };
  return (request, response, next) => {
    // Express would answer 304 to `If-None-Match: *`, and nobody has an older answer that is still right.
    delete request.headers['if-none-match'];
    response.set(headers);
    next();
  };
}

/** Nothing but our own stylesheet, known by its hash, and the icon, which is part of the page. */
async function contentSecurityPolicy(): Promise<string> {
  const hash = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(liveStyle))).toString('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}
