import Type from 'typebox';
import type { Static } from 'typebox';
import type { SaleId, StoreId } from '../../domain/ids.ts';
import { DELIVERY_STATES, EVENT_KINDS, MAX_URL_CHARACTERS } from '../../domain/webhook.ts';
import { WEBHOOK_KINDS } from '../../domain/webhook.ts';
import { PageQuery } from '../paging.ts';
import { id, named, saleId, shownAs, strict } from '../schemas.ts';
import { EventBody } from './event-bodies.ts';

const text = Type.String();
const textOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] });
const kind = Type.Enum([...WEBHOOK_KINDS], { type: 'string', description: 'The events to send.' });
const eventKind = Type.Enum([...EVENT_KINDS], { type: 'string' });
const MAX_NAMED = 100;
const MAX_NAME_CHARACTERS = 40;

const webhook = id('Names one of your endpoints.');
const delivery = Type.String({
  maxLength: MAX_NAME_CHARACTERS,
  description: 'Names a delivery of the endpoint.',
});

/** Without `sale`: the endpoints for all sales. */
interface ScopeParams {
  readonly sale?: SaleId;
}
export interface WebhookParams extends ScopeParams {
  readonly webhook: string;
}
interface DeliveryParams extends WebhookParams {
  readonly delivery: string;
}

/** The params of routes about the endpoints of one sale, or about those for all sales. */
const paramsIn = (scope: { readonly sale?: typeof saleId }) => ({
  all: Type.Unsafe<ScopeParams>(strict(scope)),
  webhook: Type.Unsafe<WebhookParams>(strict({ ...scope, webhook })),
  delivery: Type.Unsafe<DeliveryParams>(strict({ ...scope, webhook, delivery })),
});

/** Where the routes of endpoints are: below a sale, and beside the sales. */
export const SCOPES = [
  {
    path: '/v1/sales/:sale/webhooks',
    of: 'events of a sale',
    params: paramsIn({ sale: saleId }),
  },
  { path: '/v1/webhooks', of: 'events of all your sales', params: paramsIn({}) },
] as const;
export type Scope = (typeof SCOPES)[number];

const url = Type.String({
  minLength: 1,
  maxLength: MAX_URL_CHARACTERS,
  description:
    'We post events here: https, on the public internet. It is kept in its escaped form.',
});
const kinds = Type.Array(kind, {
  minItems: 1,
  maxItems: WEBHOOK_KINDS.length,
  uniqueItems: true,
});
const DISABLED = 'false: no events are made for it, and those that are due are given up.';

export const WebhookBody = named(
  'WebhookBody',
  strict(
    {
      url,
      kinds,
      store: Type.Optional(
        id<StoreId>("Only events of this store; default: the merchant's own store, or all."),
      ),
      enabled: Type.Optional(
        Type.Boolean({
          description: `${DISABLED} Default: as it is; a new endpoint is enabled.`,
        }),
      ),
    },
    'An endpoint for events.',
  ),
);
export type WebhookBody = Static<typeof WebhookBody>;

export const WebhookPatchBody = named(
  'WebhookPatchBody',
  Type.Object(
    {
      url: Type.Optional(url),
      kinds: Type.Optional(kinds),
      enabled: Type.Optional(Type.Boolean({ description: DISABLED })),
    },
    {
      additionalProperties: false,
      minProperties: 1,
      description: 'The terms to change; the others stay.',
    },
  ),
);

export const WebhookView = named(
  'Webhook',
  strict({
    id: text,
    url: text,
    kinds: Type.Array(text),
    store: textOrNull,
    enabled: Type.Boolean(),
    owner: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'The store whose merchant made it; null: an operator made it.',
    }),
    secret: Type.Optional(
      Type.String({
        description:
          'Signs the events. Only the answer that creates the endpoint shows it, so keep it.',
      }),
    ),
  }),
);

export const DeliveriesQuery = strict({
  ...PageQuery.properties,
  state: Type.Optional(
    Type.Enum([...DELIVERY_STATES, 'all'], {
      type: 'string',
      default: 'dead',
      description: 'due: to be sent, perhaps again. done: accepted. dead: given up.',
    }),
  ),
  order: Type.Optional(
    Type.Enum(['oldest', 'newest'], {
      type: 'string',
      default: 'oldest',
      description: 'Which deliveries come first.',
    }),
  ),
  kind: Type.Optional(
    Type.Enum([...EVENT_KINDS], { type: 'string', description: 'Only events of this kind.' }),
  ),
});

export const DeliveryView = named(
  'Delivery',
  strict({
    id: Type.String({ description: 'The `webhook-id` header of every try.' }),
    kind: eventKind,
    state: Type.Enum([...DELIVERY_STATES], { type: 'string' }),
    tries: Type.Integer(),
    error: textOrNull,
    createdAt: text,
    body: shownAs(EventBody),
  }),
);

export const ReplayBody = named(
  'ReplayBody',
  strict(
    {
      deliveries: Type.Optional(
        Type.Array(Type.String({ maxLength: MAX_NAME_CHARACTERS }), {
          minItems: 1,
          maxItems: MAX_NAMED,
          uniqueItems: true,
          description: 'Dead deliveries; default: the oldest 10,000.',
        }),
      ),
    },
    'The deliveries to send again.',
  ),
);

export const ReplayView = named(
  'Replay',
  strict({
    replayed: Type.Integer({ description: 'The deliveries that are due again.' }),
    passedOver: Type.Integer({
      description: 'The named deliveries that are not dead or not of this endpoint.',
    }),
  }),
);
