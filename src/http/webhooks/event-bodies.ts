import Type from 'typebox';
import type { TProperties, TSchema } from 'typebox';
import { EVENT_KINDS } from '../../domain/webhook.ts';
import type { EventKind } from '../../domain/webhook.ts';
import { named, strict } from '../schemas.ts';

const text = Type.String();
const count = Type.Integer();
const time = Type.String({ format: 'date-time' });
const timeOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] });
const textOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] });
const words = (...list: readonly string[]) => Type.Enum([...list], { type: 'string' });
const about = (description: string) => ({ description });
const money = (description: string) =>
  Type.Integer({ description: `${description}, in minor units.` });
const endpointStore = Type.Optional(
  Type.String(about('The store of the endpoint, if it has one: the body is about its part alone.')),
);

const line = named(
  'EventOrderLine',
  strict({
    line: Type.Integer(about('The index that a refund names.')),
    offer: text,
    store: text,
    quantity: count,
    price: money('The price of one unit'),
    activity: money('The line before discounts'),
    net: money('What the line costs'),
    refunded: Type.Integer(about('Units.')),
    gift: Type.Optional(Type.Boolean()),
  }),
);

const order = named(
  'EventOrder',
  strict({
    id: text,
    sale: text,
    state: Type.String(about('The state at that moment.')),
    shopper: Type.Optional(Type.String(about('Only at endpoints that an operator made.'))),
    store: endpointStore,
    total: money('The net of these lines'),
    refunded: Type.Optional(money('What was refunded; absent at an endpoint with a store')),
    lines: Type.Array(line),
  }),
);

const payment = named(
  'EventPayment',
  strict({
    id: text,
    order: text,
    sale: text,
    store: endpointStore,
    amount: Type.Optional(money('The amount; absent at an endpoint with a store')),
    currency: text,
    provider: text,
    reason: words('declined', 'refused', 'not_captured'),
  }),
);

const refund = named(
  'EventRefund',
  strict({
    id: Type.Optional(
      Type.String(about('The refund that somebody asked for; absent when a payment goes back.')),
    ),
    order: text,
    sale: text,
    payment: text,
    store: endpointStore,
    amount: money('What does not go back'),
    currency: text,
    cause: Type.Optional(words('refund', 'late', 'cancel', 'twice')),
    reason: words('refused', 'away', 'failed'),
  }),
);

const stock = named(
  'EventStock',
  strict({
    id: text,
    sale: text,
    store: text,
    title: text,
    stock: words('in_stock', 'low', 'sold_out'),
    unitsLeft: count,
    cap: count,
  }),
);

const terms = {
  price: money('The price of one unit'),
  listPrice: money('The price before the sale'),
  cap: Type.Integer(about('The units for sale.')),
  opensAt: timeOrNull,
  closesAt: timeOrNull,
  paused: Type.Boolean(),
};
const oldTerms = Object.fromEntries(
  Object.entries(terms).map(([name, schema]) => [name, Type.Optional(schema)]),
);
const offer = named(
  'EventOffer',
  strict({ id: text, sale: text, store: text, title: text, ...terms }),
);

const sale = named(
  'EventSale',
  strict({
    id: text,
    name: text,
    state: words('open', 'paused', 'closed'),
    opensAt: time,
    closesAt: time,
  }),
);

const orderData = { order };
const stockData = { offer: stock };
const saleData = { sale };

/** What `data` holds, by kind. */
const DATA: Readonly<Record<EventKind, TProperties>> = {
  'order.placed': orderData,
  'order.paid': orderData,
  'order.expired': orderData,
  'order.cancelled': orderData,
  'order.refunded': orderData,
  'payment.failed': { payment },
  'refund.failed': { refund },
  'stock.low': stockData,
  'stock.sold_out': stockData,
  'stock.back': stockData,
  'offer.changed': { offer, before: strict(oldTerms, 'The old terms that changed.') },
  'sale.opened': saleData,
  'sale.paused': saleData,
  'sale.resumed': saleData,
  'sale.closed': saleData,
  'test.ping': { webhook: strict({ id: text, sale: textOrNull, store: textOrNull }) },
};

/** `order.placed` as `OrderPlaced`. */
export const pascalKind = (kind: EventKind): string =>
  kind.replace(/(?:^|[._])(\w)/g, (_, letter: string) => letter.toUpperCase());

const bodyOf = (kind: EventKind): TSchema =>
  named(
    `${pascalKind(kind)}Event`,
    strict({
      id: Type.String(about('The same as the header `webhook-id`, at every try.')),
      createdAt: Type.String({ format: 'date-time', ...about('When the event was written.') }),
      type: words(kind),
      version: Type.Enum([1], { type: 'integer', ...about('The version of this shape.') }),
      timestamp: Type.String({ format: 'date-time', ...about('When it happened.') }),
      data: strict(DATA[kind]),
    }),
  );

/** The body of the event of each kind, as it is posted to endpoints. */
export const eventBodies = Object.fromEntries(
  EVENT_KINDS.map((kind) => [kind, bodyOf(kind)]),
) as Readonly<Record<EventKind, TSchema>>;

/** The body of any event. */
export const EventBody = named(
  'WebhookEvent',
  Type.Unsafe<object>({
    type: 'object',
    discriminator: { propertyName: 'type' },
    required: ['type'],
    oneOf: Object.values(eventBodies),
  }),
);
