import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { BUSY, isRefusal } from '../../domain/refusals.ts';
import type { OrderPart, OrdersAsked } from '../../service/reading/seller-orders.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { STREAMED } from '../door/answer-in-time.ts';
import { limitOf, page } from '../paging.ts';
import { SaleParams } from '../schemas.ts';
import { exportFormats } from './export-formats.ts';
import type { ExportFormat } from './export-formats.ts';
import { Exports } from './exports.ts';
import { ExportQuery, OrdersQuery, cursorOf, ordersAsked, positionOf } from './orders-query.ts';
import { SellerOrderView, sellerOrderView } from './seller-order-views.ts';
import type { Sight } from './seller-order-views.ts';
import { sightOf } from './sight.ts';

const PATH = '/v1/sales/:sale/seller-orders';

function listRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'List the orders of a sale, newest first: a merchant sees the lines of the store',
    description:
      'Orders appear once they are settled. The service looks at a bounded number of orders for ' +
      'a page, so it may have fewer items than `limit`, even none, although `next` is there.',
    params: SaleParams,
    querystring: OrdersQuery,
    response: { 200: page(SellerOrderView) },
  };
  app.get(PATH, { schema }, async (request, reply) => {
    const { params, query } = request;
    const claims = request.claims!;
    const { nameOf } = sightOf(deps, claims);
    const asked = ordersAsked(params.sale, query, claims, nameOf);
    if (isRefusal(asked)) return answers.refuse(request, reply, asked);
    const after = positionOf(query.cursor);
    if (after && isRefusal(after)) return answers.refuse(request, reply, after);
    const found = await deps.reading.sellerOrders(asked, after, limitOf(query));
    if (isRefusal(found)) return answers.refuse(request, reply, found);
    const sight = { store: asked.store, nameOf };
    const items = found.items.map((part) => sellerOrderView(part, sight));
    return answers.ok(request, reply, { items, next: cursorOf(found.next) });
  });
}

async function* textOf(
  pieces: AsyncIterable<readonly OrderPart[]>,
  format: ExportFormat,
  sight: Sight,
): AsyncGenerator<Buffer> {
  if (format.header !== '') yield Buffer.from(format.header);
  for await (const parts of pieces) {
    // Text that waits for a slow reader as a string would outlive two collections of the heap.
    yield Buffer.from(parts.map((part) => format.text(sellerOrderView(part, sight))).join(''));
  }
}

const UNDER_WAY = {
  code: 'rate_limited',
  retryAfterS: 5,
  detail: 'An export of yours is under way. Read it to its end, or end it, then ask again.',
} as const;

const FILE_HEADERS = {
  'Content-Disposition': { type: 'string', description: 'A name for the file.' },
  'Cache-Control': { type: 'string', enum: ['no-store'] },
};

interface ExportRoute {
  readonly deps: HttpDeps;
  readonly answers: Answers;
  readonly exports: Exports;
}

async function sendExport(
  { deps, answers, exports }: ExportRoute,
  request: FastifyRequest,
  reply: FastifyReply,
  { asked, format, sight }: { asked: OrdersAsked; format: ExportFormat; sight: Sight },
): Promise<FastifyReply> {
  const { role, sub } = request.claims!;
  const pieces = await deps.reading.allSellerOrders(asked);
  if (isRefusal(pieces)) return answers.refuse(request, reply, pieces);
  if (exports.isFull) return answers.refuse(request, reply, BUSY);
  const stream = exports.begin(`${role} ${sub}`, textOf(pieces, format, sight));
  if (!stream) {
    deps.onTurnedAway('limited', 'exports');
    return answers.refuse(request, reply, UNDER_WAY);
  }
  // The answer has begun: what fails then cuts it short, and is logged and counted.
  stream.once('error', (error) => answers.fault(request, reply, error));
  reply.headers({
    'content-type': format.type,
    'content-disposition': `attachment; filename="${asked.sale}-orders.${format.extension}"`,
    'cache-control': 'no-store',
  });
  return answers.ok(request, reply, stream);
}

function exportRoute(app: App, deps: HttpDeps, answers: Answers): void {
  const exports = new Exports(deps.time);
  // This must run before the server waits for its connections to end.
  app.addHook('preClose', async () => exports.close());
  const schema = {
    summary: 'Export the orders of a sale as CSV, a row for each line, or as NDJSON',
    description:
      'It has each order once that was settled when the export began, newest first, as the order ' +
      'stood when it was read. An answer without its end is incomplete. Everyone may have one ' +
      'export at a time.',
    params: SaleParams,
    querystring: ExportQuery,
    produces: Object.values(exportFormats).map(({ type }) => type),
    response: {
      200: {
        description: 'The file.',
        content: {
          'text/csv': { schema: Type.String() },
          'application/x-ndjson': { schema: SellerOrderView },
        },
      },
    },
  };
  const config = { ...STREAMED, answers: { 200: { headers: FILE_HEADERS } } };
  const options = { schema, config, exposeHeadRoute: false };
  app.get(`${PATH}/export`, options, async (request, reply) => {
    const { params, query } = request;
    const claims = request.claims!;
    const { nameOf } = sightOf(deps, claims);
    const asked = ordersAsked(params.sale, query, claims, nameOf);
    if (isRefusal(asked)) return answers.refuse(request, reply, asked);
    const format = exportFormats[query.format];
    const sight = { store: asked.store, nameOf };
    return sendExport({ deps, answers, exports }, request, reply, { asked, format, sight });
  });
}

/** What sellers read of the orders of a sale. */
export function sellerOrderRoutes(app: App, deps: HttpDeps, answers: Answers): void {
  listRoute(app, deps, answers);
  exportRoute(app, deps, answers);
}
