/**
 * The control: a bare Fastify echo, `node echo-server.ts PORT ANSWERS.json`. It has the routes,
 * bodies and schemas of the service, and answers of the same length, each made from one sample. It
 * checks no token and no key, and has neither Redis nor a log.
 */
import { readFileSync } from 'node:fs';
import { fastify } from 'fastify';
import type { FastifyReply } from 'fastify';
import type { OrderView as Order, ReceiptView } from '../../src/domain/order.ts';
import type { QuoteView as Quote } from '../../src/domain/pricing/quote.ts';
import type { ClaimView as Claim } from '../../src/service/selling/claim.ts';
import { NoBody, SaleParams } from '../../src/http/schemas.ts';
import { ClaimParams, ClaimView } from '../../src/http/selling/claim-schemas.ts';
import { OrderBody, QuoteBody } from '../../src/http/selling/order-bodies.ts';
import { OrderView, QuoteView } from '../../src/http/selling/order-views.ts';

const BODY_LIMIT_BYTES = 16 * 1024;
const PAY_WITHIN_MS = 900_000;
const SERIAL = 'echo-echo-echo-echo-ec';

const [port, answersFile] = process.argv.slice(2);
const samples = JSON.parse(readFileSync(answersFile!, 'utf8')) as {
  readonly orders: Order;
  readonly quotes: Quote;
  readonly claims: Claim;
};

const app = fastify({
  bodyLimit: BODY_LIMIT_BYTES,
  ajv: {
    customOptions: {
      coerceTypes: false,
      removeAdditional: false,
      allowUnionTypes: true,
      // It names a schema in the API reference.
      keywords: ['x-name'],
    },
  },
});

/** The sample's lines, with the offers of the request. */
const linesOf = ({ lines }: ReceiptView, asked: OrderBody['lines']): ReceiptView['lines'] =>
  lines.map((line, i) => ({ ...line, offer: asked[i]!.offer }));

app.post<{ Params: { sale: string }; Body: OrderBody }>(
  '/v1/sales/:sale/orders',
  { schema: { params: SaleParams, body: OrderBody, response: { 201: OrderView } } },
  ({ params: { sale }, body }, reply) => {
    const lines = linesOf(samples.orders, body.lines);
    const payBy = new Date(Date.now() + PAY_WITHIN_MS).toISOString();
    reply.code(201).send({ ...samples.orders, id: `${sale}_0_${SERIAL}`, sale, lines, payBy });
  },
);

app.post<{ Params: { sale: string }; Body: QuoteBody }>(
  '/v1/sales/:sale/quotes',
  { schema: { params: SaleParams, body: QuoteBody, response: { 200: QuoteView } } },
  ({ params: { sale }, body }, reply) => {
    reply.send({ ...samples.quotes, sale, lines: linesOf(samples.quotes, body.lines) });
  },
);

app.post<{ Params: { sale: string; promotion: string } }>(
  '/v1/sales/:sale/promotions/:promotion/claims',
  { schema: { params: ClaimParams, body: NoBody, response: { 201: ClaimView } } },
  ({ params: { sale, promotion } }, reply) => {
    reply.code(201).send({ ...samples.claims, id: `${sale}_0_${SERIAL}`, sale, promotion });
  },
);

app.get('/readyz', (_, reply: FastifyReply) => reply.send({ status: 'ready' }));

await app.listen({ host: '127.0.0.1', port: Number(port) });
process.once('SIGTERM', () => process.exit());
