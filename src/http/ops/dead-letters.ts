import Type from 'typebox';
import { DEAD_LETTER_STATES } from '../../ledger/cells/dead-letters.ts';
import { PageQuery } from '../paging.ts';
import { named, saleId, strict, textOrNull } from '../schemas.ts';
import { ReceiptView } from '../selling/order-views.ts';

const text = Type.String();
const state = Type.Enum([...DEAD_LETTER_STATES], {
  type: 'string',
  description: 'What became of it: nothing yet (buried), or what an operator did.',
});

export const LetterParams = strict({
  letter: Type.String({
    pattern: '^[1-9][0-9]{0,14}$',
    description: 'Names a dead letter: its `id`.',
  }),
});

export const DeadLettersQuery = strict({
  ...PageQuery.properties,
  state: Type.Optional(
    Type.Enum([...DEAD_LETTER_STATES, 'all'], {
      type: 'string',
      default: 'buried',
      description: 'buried: an operator has to act. replayed, released: an operator did.',
    }),
  ),
  sale: Type.Optional(saleId),
});

const letterFields = {
  id: Type.Integer(),
  sale: text,
  cell: Type.Integer(),
  entry: Type.String({ description: 'Epoch and number of the outbox entry.' }),
  kind: Type.Enum(['order', 'claim', 'entry'], {
    type: 'string',
    description: 'entry: nobody could read it, so it can only be released.',
  }),
  order: textOrNull('The id of the order or claim; null for an entry.'),
  state,
  sqlstate: textOrNull('The code with which Postgres refused it, if it did.'),
  reason: Type.String({ description: 'Why it could not be settled.' }),
  createdAt: text,
  resolvedAt: textOrNull('When an operator replayed or released it.'),
};

export const DeadLetterView = named('DeadLetter', strict(letterFields));

const content = named(
  'DeadLetterContent',
  strict({
    shopper: text,
    key: Type.String({ description: 'The `Idempotency-Key` of the order or claim.' }),
    placedAt: textOrNull("Null when the entry's time is not a valid date."),
    receipt: Type.Union([ReceiptView, Type.Null()], { description: 'Null for a claim.' }),
    claim: Type.Union(
      [
        named(
          'DeadClaim',
          strict({
            promotion: text,
            amount: Type.Integer({ description: 'Of a red packet; 0: a coupon.' }),
          }),
        ),
        Type.Null(),
      ],
      { description: 'Null for an order.' },
    ),
  }),
);

export const DeadLetterDetails = named(
  'DeadLetterDetails',
  strict({
    ...letterFields,
    content: Type.Union([content, Type.Null()], { description: 'Null for an entry.' }),
  }),
);
