import Table from 'cli-table3';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { Actor } from '../../../domain/people/actor.ts';
import { toTimestamp } from '../../../domain/timestamps.ts';
import { listKeptEvents, resolveKeptEvent } from '../../../ledger/orders/payment-events.ts';
import type { KeptEvent } from '../../../ledger/orders/payment-events.ts';
import {
  LISTED_MAX,
  listDeadCalls,
  listTriedCalls,
  resolveDeadCall,
  retryDeadCalls,
} from '../../../ledger/orders/provider-calls.ts';
import type { DeadCall, TriedCall } from '../../../ledger/orders/provider-calls.ts';
import { retryEvent } from '../../../service/orders/receive-payment-event.ts';
import type { Core } from '../../wiring/wire-core.ts';
import { PLAIN, cliActor, fail, note, say, withCore } from '../session.ts';

/** With none chosen, all kinds are listed. */
interface Chosen {
  readonly dead?: true;
  readonly tried?: true;
  readonly refused?: true;
  readonly unknown?: true;
}

type Row = readonly [id: string, what: string, payment: string, order: string, why: string];

const TEXT_MAX = 1_000;
const ID = /^(call|event)-(\d{1,15})$/;

const callRow = ({ id, kind, amountMinor, currency, payment, order, error }: DeadCall): Row => [
  `call-${id}`,
  `${kind} of ${amountMinor} ${currency}`,
  payment,
  order,
  error,
];

function triedRow({ error, nextTryAtMs, ...call }: TriedCall): Row {
  const next = toTimestamp(nextTryAtMs);
  const why = `${error ?? 'no answer'} (tried ${call.tries} times, again at ${next})`;
  return callRow({ ...call, error: why });
}

const eventRow = ({ id, outcome, body, reason }: KeptEvent): Row => [
  `event-${id}`,
  `${outcome}: ${body.kind} ${body.amountMinor} ${body.currency}`,
  body.payment ?? body.ref,
  body.order ?? '',
  reason ?? '',
];

function table(rows: readonly Row[]): string {
  const out = new Table({ head: ['id', 'what', 'payment', 'order', 'why'], style: PLAIN });
  out.push(...rows.map((row) => [...row]));
  return out.toString();
}

async function list({ dead, tried, refused, unknown }: Chosen): Promise<void> {
  const isAll = !dead && !tried && !refused && !unknown;
  await withCore(async ({ pool }) => {
    const lists: Row[][] = [];
    if (isAll || dead) lists.push((await listDeadCalls(pool)).map(callRow));
    if (isAll || tried) lists.push((await listTriedCalls(pool)).map(triedRow));
    for (const outcome of ['refused', 'unknown'] as const) {
      const isChosen = isAll || (outcome === 'refused' ? refused : unknown);
      if (isChosen) lists.push((await listKeptEvents(pool, outcome)).map(eventRow));
    }
    const rows = lists.flat();
    say(rows.length === 0 ? 'no call or event needs you' : table(rows));
    const isCut = lists.some(({ length }) => length === LISTED_MAX);
    if (isCut) note(`this shows the oldest ${LISTED_MAX} of a kind; there may be more`);
  });
}

/** The worker does the rest: it tells the cell of a paid order and makes the due calls. */
async function retryOne(
  { pool }: Core,
  kind: string,
  id: number,
  actor: Actor,
): Promise<string | null> {
  if (kind === 'call') return (await retryDeadCalls(pool, id, actor)) > 0 ? 'due again' : null;
  const quiet = { courier: { push: async () => {} }, onCallsDue: () => {}, onAlert: () => {} };
  return retryEvent({ pool, ...quiet }, id, actor);
}

function parsed(name: string): { kind: string; id: number } | null {
  const [, kind, id] = ID.exec(name) ?? [];
  if (kind) return { kind, id: Number(id) };
  fail([`not the id of a call or an event: ${name}`]);
  return null;
}

async function retry(
  name: string | undefined,
  { allDead }: { allDead?: true },
  command: Command,
): Promise<void> {
  const actor = cliActor(command);
  if ((name === undefined) !== (allDead === true)) {
    return fail(['name one call or event, or pass --all-dead']);
  }
  if (name === undefined) {
    return withCore(async ({ pool }) =>
      say(`due again: ${await retryDeadCalls(pool, null, actor)}`),
    );
  }
  const one = parsed(name);
  if (!one) return undefined;
  const { kind, id } = one;
  await withCore(async (core) => {
    const outcome = await retryOne(core, kind, id, actor);
    if (outcome === null) fail([`${name}: nothing with this id is waiting`]);
    else if (outcome === 'unknown' || outcome === 'refused') fail([`${name}: still ${outcome}`]);
    else say(`${name}: ${outcome}`);
  });
}

/** Asks the provider nothing: the operator has settled the matter there. */
async function resolve(
  name: string,
  { who, why }: { who: string; why: string },
  command: Command,
): Promise<void> {
  const actor = { ...cliActor(command), reason: why };
  const one = parsed(name);
  if (!one) return;
  const { kind, id } = one;
  await withCore(async ({ pool }) => {
    const settle = kind === 'call' ? resolveDeadCall : resolveKeptEvent;
    if (await settle(pool, id, { who, why }, actor)) say(`${name}: resolved`);
    else fail([`${name}: nothing with this id is waiting`]);
  });
}

function text(value: string): string {
  const trimmed = value.trim();
  if (trimmed !== '' && trimmed.length <= TEXT_MAX) return trimmed;
  throw new InvalidArgumentError(`It must be 1 to ${TEXT_MAX} characters.`);
}

export function addPaymentCommands(program: Command): void {
  const payments = program
    .command('payments')
    .description('Calls to payment providers that failed, and events of theirs that were refused');
  payments
    .command('list', { isDefault: true })
    .description('List failed calls and refused events; without an option, all kinds')
    .option('--dead', 'calls that were given up')
    .option('--tried', 'calls that failed so far and will be tried again')
    .option('--refused', 'events with a wrong amount, currency or order')
    .option('--unknown', 'events of unknown payments')
    .action(list);
  payments
    .command('retry')
    .argument('[id]', 'call-… or event-…, as listed')
    .option('--all-dead', 'every call that was given up')
    .description('Make a call again, or take an event again, once you have fixed the cause')
    .action(retry);
  payments
    .command('resolve')
    .argument('<id>', 'call-… or event-…, as listed')
    .requiredOption('--why <text>', 'what you did about it', text)
    .option('--who <name>', 'who did it', text, 'operator')
    .description(
      'Note that you settled a call or event by hand; it is neither tried nor listed again',
    )
    .action(resolve);
}
