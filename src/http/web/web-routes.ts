import type { FastifyReply, FastifyRequest } from 'fastify';
import { ASSET_CACHING, PAGE_CACHING, builtPageHeaders } from '../../platform/pages/secure-page.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { varyBy } from '../headers.ts';
import { sendReady } from '../pages/send-page.ts';
import type { HttpRefusal } from '../problem-catalogue.ts';

/** The paths at which each page stands. The page reads the rest of the path itself. */
const PAGES = {
  shop: ['/s/:sale', '/s/:sale/orders', '/s/:sale/orders/:order'],
  merchant: ['/merchant', '/merchant/*'],
  ops: ['/ops', '/ops/*'],
  'sign-in': ['/sign-in'],
} as const;

const NO_ASSET: HttpRefusal = { code: 'not_found' };
const NOT_BUILT: HttpRefusal = {
  code: 'not_found',
  detail: 'The pages are not built. Run `npm run web`, then start the service again.',
};

/** Serves the pages for shoppers, merchants and operators as they were built. */
export function webRoutes(
  app: App,
  { builtPages, imageHosts }: Pick<HttpDeps, 'builtPages' | 'imageHosts'>,
  answers: Answers,
): void {
  const security = builtPageHeaders(imageHosts);
  const missing = builtPages.size === 0 ? NOT_BUILT : NO_ASSET;
  const send = (request: FastifyRequest, reply: FastifyReply, path: string, caching: string) => {
    const file = builtPages.get(path);
    if (!file) return void answers.refuse(request, reply, missing);
    reply.headers({ ...security, 'cache-control': caching });
    varyBy(reply, 'accept-encoding');
    return sendReady(answers, request, reply, file, file.contentType);
  };
  const options = { schema: { hide: true } };
  for (const [page, paths] of Object.entries(PAGES)) {
    for (const path of paths) {
      app.get(path, options, (request, reply) =>
        send(request, reply, `${page}/index.html`, PAGE_CACHING),
      );
    }
  }
  app.get<{ Params: { '*': string } }>('/assets/*', options, (request, reply) =>
    send(request, reply, `assets/${request.params['*']}`, ASSET_CACHING),
  );
}
