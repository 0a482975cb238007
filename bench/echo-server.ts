/**
 * The control: a bare Fastify JSON echo, `node echo-server.ts PORT`. The same route, body and
 * schemas as placing an order, an answer as long as a 201; no token, no key, no Redis, no log.
 */
import { fastify } from 'fastify';
import { OrderBody, SaleParams } from '../src/http/schemas.ts';
import { OrderView } from '../src/http/views.ts';

const BODY_LIMIT_BYTES = 16 * 1024;
const PAY_WITHIN_MS = 900_000;
const PRICE_MINOR = 990;
const SERIAL = 'echo-echo-echo-echo-ec';

const app = fastify({
  bodyLimit: BODY_LIMIT_BYTES,
  ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
});

const schema = { params: SaleParams, body: OrderBody, response: { 201: OrderView } };

app.post<{ Params: { sale: string }; Body: OrderBody }>(
  '/v1/sales/:sale/orders',
  { schema },
  (request, reply) => {
    const { sale } = request.params;
    const { offer, quantity } = request.body.lines[0]!;
    const total = PRICE_MINOR * quantity;
    const line = { price: PRICE_MINOR, activity: total, net: total };
    reply.code(201).send({
      id: `${sale}_0_${SERIAL}`,
      sale,
      state: 'reserved',
      settled: false,
      total,
      lines: [{ offer, store: 'bench-store', quantity, ...line }],
      applied: [],
      payBy: new Date(Date.now() + PAY_WITHIN_MS).toISOString(),
      rulesVersion: 2,
    });
  },
);

app.get('/readyz', (_, reply) => reply.send({ status: 'ready' }));

await app.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
process.once('SIGTERM', () => process.exit());
