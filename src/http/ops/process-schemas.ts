import Type from 'typebox';
import { ANSWERS, SECURITY_EVENTS } from '../../domain/ops/process-figures.ts';
import { named, numberOrNull, strict, textOrNull } from '../schemas.ts';

const text = Type.String();
const number = (description: string) => Type.Number({ description });
const orNull = <Schema extends Type.TSchema>(schema: Schema, description: string) =>
  Type.Union([schema, Type.Null()], { description });

const ABOUT_ANSWERS = {
  placed: 'Orders that were accepted, without repetitions.',
  soldOut: 'Answers `sold_out`.',
  busy: 'Answers `busy`.',
  refused: 'Answers with another problem.',
  faults: 'Answers `fault`: bugs.',
  other: 'All other answers.',
} as const satisfies Record<(typeof ANSWERS)[number], string>;

const perSecond = named(
  'AnswersPerSecond',
  strict({
    placed: number(ABOUT_ANSWERS.placed),
    soldOut: number(ABOUT_ANSWERS.soldOut),
    busy: number(ABOUT_ANSWERS.busy),
    refused: number(ABOUT_ANSWERS.refused),
    faults: number(ABOUT_ANSWERS.faults),
    other: number(ABOUT_ANSWERS.other),
  }),
);

const askedFields = {
  perSecond,
  orderP50Ms: numberOrNull('Half of the accepted orders took at most this long; null: none was.'),
  orderP99Ms: numberOrNull('99 of 100 accepted orders took at most this long; null: none was.'),
  ordersPerCall: numberOrNull('Orders in one script call, on average; null: there was no call.'),
  lagEntries: numberOrNull('Outbox entries that are not settled; null: no cell is polled.'),
  lagSeconds: numberOrNull('How long the oldest of them has waited.'),
};
const workedFields = { settledPerSecond: number('Orders that were written into the ledger.') };

const RedisLoad = named(
  'RedisLoad',
  strict({
    usedBytes: numberOrNull('Memory that is in use; null: the server does not say it.'),
    maxBytes: numberOrNull('Its bound; null: there is none.'),
    cpuShare: numberOrNull('Out of one core; null: the server does not say it.'),
    commandsPerSecond: numberOrNull('Commands that it ran; null: the server does not say it.'),
  }),
);

const Figures = named(
  'ProcessFigures',
  strict({
    loopDelayMs: number('How late the event loop ran timers, the 99th percentile.'),
    cpuShare: number('Out of one core; all threads together may use more.'),
    rssBytes: number('Memory of the process.'),
    asked: orNull(named('AskedFigures', strict(askedFields)), 'Null: it is a worker.'),
    worked: orNull(named('WorkedFigures', strict(workedFields)), 'Null: it is an api.'),
    redis: orNull(RedisLoad, 'The server of the cells; null: an api does not ask it.'),
  }),
);

const ProcessView = named(
  'Process',
  strict({
    id: text,
    name: Type.String({ description: 'The role, the host and the pid.' }),
    role: Type.Enum(['api', 'worker'], { type: 'string' }),
    release: textOrNull('Of the package.'),
    protocol: Type.Integer({ description: 'Of its scripts.' }),
    since: text,
    figures: orNull(Figures, 'Of its last seconds; null: it has said nothing lately.'),
  }),
);

export const ProcessesView = named(
  'Processes',
  strict({
    items: Type.Array(ProcessView, { description: 'An api and a worker may share a process.' }),
    together: named('AllFigures', strict({ ...askedFields, ...workedFields })),
  }),
);

const SecurityNoteView = named(
  'SecurityNote',
  strict({
    at: text,
    process: Type.String({ description: 'The name of the process that noted it.' }),
    event: Type.Enum([...SECURITY_EVENTS], { type: 'string' }),
    route: text,
    person: textOrNull('A pseudonym, the same as in the log; null: no token was good.'),
    address: Type.String({ description: 'A pseudonym, the same as in the log.' }),
    requestId: text,
    leftOut: Type.Integer({
      description: 'Events of this kind at this route since the note before, without a note.',
    }),
  }),
);

export const SecurityNotes = named(
  'SecurityNotes',
  strict({ items: Type.Array(SecurityNoteView, { description: 'Newest first.' }) }),
);
