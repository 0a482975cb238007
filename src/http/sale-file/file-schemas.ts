import Type from 'typebox';
import { LISTS } from '../../service/sale-file/plan.ts';
import { named, shownAs, strict } from '../schemas.ts';

const text = Type.String();
const count = Type.Integer();

export const FileQuery = strict({
  dryRun: Type.Optional(
    Type.Enum(['true', 'false'], {
      type: 'string',
      default: 'false',
      description: 'true: answers what the file would change, and writes nothing.',
    }),
  ),
});

/** Any JSON. */
const FieldValue = named(
  'FieldValue',
  Type.Unsafe<unknown>({
    type: ['string', 'number', 'boolean', 'array', 'object', 'null'],
    items: { $ref: '#/components/schemas/FieldValue' },
    additionalProperties: true,
    description: 'As the body of the thing has it, with defaults filled in.',
  }),
);

const FieldView = named(
  'FileField',
  strict(
    {
      name: text,
      before: Type.Optional(shownAs(FieldValue)),
      after: Type.Optional(shownAs(FieldValue)),
    },
    'A field before and after the file; absent: it has no value.',
  ),
);

const changeFields = {
  list: Type.Enum([...LISTS], { type: 'string' }),
  pointer: Type.String({ description: 'Where the file has it.' }),
  name: Type.String({ description: 'Its id; of coupons the promotion, of balances the shopper.' }),
  outcome: Type.Enum(['created', 'changed', 'refused'], { type: 'string' }),
  fields: Type.Array(FieldView, { description: 'Those that differ; of a new thing all.' }),
  why: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'Why it is refused.',
  }),
};
const ChangeView = named('FileChange', strict(changeFields));

export const FilePlanView = named(
  'FilePlan',
  strict(
    {
      sale: text,
      dryRun: Type.Boolean({ description: 'true: nothing was written.' }),
      created: count,
      changed: count,
      unchanged: count,
      refused: count,
      changes: Type.Array(ChangeView, { description: 'Without what is unchanged.' }),
      pendingCells: Type.Array(count, {
        description: 'Cells that have not applied it yet; they will.',
      }),
    },
    'What a sale file changes.',
  ),
);
