import Type from 'typebox';
import type { Static } from 'typebox';
import type { StoreId } from '../../domain/ids.ts';
import { MAX_URL_CHARACTERS, WEBHOOK_KINDS } from '../../domain/webhook.ts';
import { PageQuery } from '../paging.ts';
import { id, named, saleId, shownAs, strict } from '../schemas.ts';

const text = Type.String();
const textOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] });
const kind = Type.Enum([...WEBHOOK_KINDS], { type: 'string', description: 'The events to send.' });
const MAX_NAMED = 100;
const MAX_NAME_CHARACTERS = 40;

export const WebhookParams = strict({
  sale: saleId,
  webhook: id('Names one of your endpoints for the sale.'),
});
export type WebhookParams = Static<typeof WebhookParams>;

export const WebhookBody = named(
  'WebhookBody',
  strict(
    {
      url: Type.String({
        minLength: 1,
        maxLength: MAX_URL_CHARACTERS,
        description:
          'We post events here: https, on the public internet. It is kept in its escaped form.',
      }),
      kinds: Type.Array(kind, { minItems: 1, maxItems: WEBHOOK_KINDS.length, uniqueItems: true }),
      store: Type.Optional(
        id<StoreId>("Only events of this store; default: the merchant's own store, or all."),
      ),
    },
    'An endpoint for events of a sale.',
  ),
);
export type WebhookBody = Static<typeof WebhookBody>;

export const WebhookView = named(
  'Webhook',
  strict({
    id: text,
    url: text,
    kinds: Type.Array(text),
    store: textOrNull,
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
    Type.Enum(['due', 'done', 'dead'], {
      type: 'string',
      default: 'dead',
      description: 'due: to be sent, perhaps again. done: accepted. dead: given up.',
    }),
  ),
});

/** What is posted. docs/webhooks.md has an example of each kind. */
const Message = named(
  'WebhookMessage',
  strict({
    type: Type.String({ description: 'The kind of event.' }),
    timestamp: Type.String({ description: 'When it happened.' }),
    data: named(
      'WebhookData',
      Type.Unsafe<object>({
        type: 'object',
        additionalProperties: true,
        description: 'An `order` or an `offer`, by the kind.',
      }),
    ),
  }),
);

export const DeliveryView = named(
  'Delivery',
  strict({
    id: Type.String({ description: 'The `webhook-id` header of every try.' }),
    kind: text,
    state: text,
    tries: Type.Integer(),
    error: textOrNull,
    createdAt: text,
    body: shownAs(Message),
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
