/**
 * A shop's server. It shows what is on sale, prices a cart, places the order with a key, and starts
 * the payment. Its shoppers are known by the header `x-shopper`; your shop knows them by a login.
 *
 * With a service of your own (`npm start`) running, sell something with it:
 *
 *   ./doorbuster sale apply examples/double-eleven-carts.json
 *   ./doorbuster sale open double-eleven-carts
 *   node_modules/.bin/node examples/shop-server.ts double-eleven-carts
 *
 *   curl -H 'x-shopper: alice' http://127.0.0.1:3000/offers
 *   CART='{"lines":[{"offer":"usb-charger","quantity":1}]}'
 *   curl -H 'x-shopper: alice' -d "$CART" http://127.0.0.1:3000/price
 *   curl -H 'x-shopper: alice' -H 'x-cart: cart-1' -d "$CART" http://127.0.0.1:3000/buy
 */
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  ProblemError,
  answerOf,
  connect,
  getSale,
  placeOrder,
  quote,
  startPayment,
} from '../client/index.ts';
import type { QuoteBody } from '../client/index.ts';

export interface ShopOptions {
  /** The origin of the service. */
  readonly url: string;
  readonly sale: string;
  /** Signs a token for a shopper whom the shop has identified. */
  readonly tokenOf: (shopper: string) => string;
}

const BAD_REQUEST = 400;
const NOT_FOUND = 404;
const BAD_GATEWAY = 502;
/** What a header may say: the id of a shopper or of a cart. */
const ID = /^\w[\w-]{0,63}$/;

/** A request that the shop itself refuses. */
class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function idIn({ headers }: IncomingMessage, header: string): string {
  const id = String(headers[header] ?? '');
  if (!ID.test(id))
    throw new Refused(BAD_REQUEST, `${header} must be 1 to 64 letters, digits, - or _`);
  return id;
}

async function cartIn(request: IncomingMessage): Promise<QuoteBody> {
  try {
    return JSON.parse(await text(request)) as QuoteBody;
  } catch {
    throw new Refused(BAD_REQUEST, 'The body must be a cart in JSON');
  }
}

/** Makes what the shop does for one shopper. */
function deskOf({ url, sale, tokenOf }: ShopOptions, request: IncomingMessage) {
  const shopper = idIn(request, 'x-shopper');
  const language = request.headers['accept-language'] ?? 'en';
  const client = connect({ url, token: () => tokenOf(shopper), language });
  const path = { sale };
  return {
    offers: async () => {
      const { offers } = await answerOf(getSale({ client, path }));
      return offers.map(({ id, title, price, stock }) => ({ id, title, price, stock }));
    },
    price: async (cart: QuoteBody) => {
      const { total, applied, problems } = await answerOf(quote({ client, path, body: cart }));
      return { total, applied, problems };
    },
    /** The key is the cart's: however often the shopper clicks, the cart is ordered once. */
    buy: async (cart: QuoteBody, key: string) => {
      const headers = { 'Idempotency-Key': key };
      const order = await answerOf(placeOrder({ client, path, headers, body: cart }));
      // The worker settles the order in a moment, and it can be paid from then on.
      const payment = await answerOf(startPayment({ client, path: { order: order.id } }));
      return { order: order.id, total: order.total, payAt: payment.url };
    },
  };
}

async function answerTo(options: ShopOptions, request: IncomingMessage): Promise<unknown> {
  switch (request.url) {
    case '/offers':
      return deskOf(options, request).offers();
    case '/price':
      return deskOf(options, request).price(await cartIn(request));
    case '/buy':
      return deskOf(options, request).buy(await cartIn(request), idIn(request, 'x-cart'));
    default:
      throw new Refused(NOT_FOUND, 'There are /offers, /price and /buy');
  }
}

/** Serves the shop; the caller lets it listen. */
export function shopServer(options: ShopOptions): Server {
  return createServer((request, response) => {
    const say = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    answerTo(options, request).then(
      (answer) => say(200, answer),
      (error: Error) => {
        if (error instanceof Refused) return say(error.status, { message: error.message });
        if (!(error instanceof ProblemError)) return say(BAD_GATEWAY, { message: 'Try again' });
        // `message` is for shoppers, in the language that they accept.
        const { status, code, message } = error.problem;
        return say(status, { code, message });
      },
    );
  });
}

/** For development. Where you are live, your login signs the token: docs/tokens.md. */
const tokenByCommand = (shopper: string): string =>
  execFileSync('./doorbuster', ['token', '--role', 'shopper', '--sub', shopper], {
    encoding: 'utf8',
  }).trim();

if (import.meta.main) {
  const [sale = 'nine-nine-drop', url = 'http://127.0.0.1:8080'] = process.argv.slice(2);
  shopServer({ url, sale, tokenOf: tokenByCommand }).listen(3000, '127.0.0.1');
  process.stdout.write(`the shop is at http://127.0.0.1:3000, its sale is ${sale}\n`);
}
