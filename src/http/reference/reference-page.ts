import { hash } from 'node:crypto';
import scalar from '@scalar/fastify-api-reference';
import { fastify } from 'fastify';
import { shareAnswers } from '../../platform/share-runs.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { varyBy } from '../headers.ts';
import { securePage } from '../../platform/pages/secure-page.ts';
import { ReadyPage } from '../pages/ready-pages.ts';
import { JSON_TYPE, sendReady } from '../pages/send-page.ts';

/** Leaves out all that the page would offer of its maker's. */
const SETTINGS = {
  url: './openapi.json',
  agent: { disabled: true },
  mcp: { disabled: true },
  telemetry: false,
  withDefaultFonts: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  // No setting takes the link to the maker away.
  customCss: 'a[href*="scalar.com"] { display: none !important; }',
  authentication: { preferredSecurityScheme: 'bearer' },
} as const;

const START = `Scalar.createApiReference('#app', ${JSON.stringify(SETTINGS)})`;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <title>Doorbuster API</title>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <style>${SETTINGS.customCss}</style>
  </head>
  <body>
    <div id="app"></div>
    <script src="js/scalar.js"></script>
    <script>${START}</script>
  </body>
</html>
`;

/** Nothing of the page comes from elsewhere, it sends nothing there, and no other script runs. */
const SECURITY = securePage([
  `script-src 'self' 'sha256-${hash('sha256', START, 'base64')}'`,
  "style-src 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
]);

/** A part of the reference. It changes only when another release starts. */
interface Part {
  readonly contentType: string;
  /** How long a browser or a cache shows it without asking. */
  readonly maxAgeS: number;
  readonly make: () => string | Promise<string>;
}

/** The script of the page. Its package has it only behind a plugin. */
async function pageScript(): Promise<string> {
  const app = fastify();
  await app.register(scalar, { routePrefix: '/docs', configuration: { content: {} } });
  const { payload } = await app.inject('/docs/js/scalar.js');
  await app.close();
  return payload;
}

/** The address of the page ends with a slash: it names its parts from there. */
function redirectRoute(app: App, answers: Answers): void {
  app.get('/docs', { schema: { hide: true } }, (request, reply) => {
    reply.header('location', 'docs/');
    answers.ok(request, reply, undefined, 301);
  });
}

/**
 * Serves the API reference at /docs. Each part is made once, when someone asks for it, and all who
 * read it share its bytes.
 */
export function referenceRoutes(
  app: App,
  { time }: Pick<HttpDeps, 'time'>,
  answers: Answers,
): void {
  redirectRoute(app, answers);
  const add = (path: string, { contentType, maxAgeS, make }: Part): void => {
    const pageOf = async () => new ReadyPage({ terms: await make() });
    const ready = shareAnswers(pageOf, Infinity, time);
    app.get(path, { schema: { hide: true } }, async (request, reply) => {
      reply.headers({ ...SECURITY, 'cache-control': `public, max-age=${maxAgeS}` });
      varyBy(reply, 'accept-encoding');
      await sendReady(answers, request, reply, await ready(), contentType);
      return reply;
    });
  };
  const document = () => JSON.stringify(app.swagger());
  add('/docs/', { contentType: 'text/html; charset=utf-8', maxAgeS: 300, make: () => PAGE });
  add('/docs/openapi.json', { contentType: JSON_TYPE, maxAgeS: 300, make: document });
  add('/docs/js/scalar.js', {
    contentType: 'text/javascript; charset=utf-8',
    maxAgeS: 86_400,
    make: pageScript,
  });
}
