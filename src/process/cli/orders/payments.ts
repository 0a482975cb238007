import Table from 'cli-table3';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { Actor } from '../../../domain/people/actor.ts';
import { toTimestamp } from '../../../domain/timestamps.ts';
import { listKeptEvents, resolveKeptEvent } from '../../../ledger/orders/payment-events.ts';
import type { KeptEvent } from '../../../ledger/orders/payment-events.ts';
import {
  LISTED_MAX,
  RETRIED_MAX,
  listDeadCalls,
  listTriedCalls,
  resolveDeadCall,
  retryDeadCalls,
} from '../../../ledger/orders/provider-calls.ts';
import type { DeadCall, TriedCall } from '../../../ledger/orders/provider-calls.ts';
import { retryEvent } from '../../../service/orders/receive-payment-event.ts';
import { PLAIN } from '../output.ts';
import { misuse, withCore } from '../session.ts';
import type { Session } from '../session.ts';

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

const columns = ([id, what, payment, order, why]: Row) => ({ id, what, payment, order, why });

async function list({ core: { pool }, out }: Session, chosen: Chosen): Promise<void> {
  const { dead, tried, refused, unknown } = chosen;
  const isAll = !dead && !tried && !refused && !unknown;
  const lists: Row[][] = [];
  if (isAll || dead) lists.push((await listDeadCalls(pool)).map(callRow));
  if (isAll || tried) lists.push((await listTriedCalls(pool)).map(triedRow));
  for (const outcome of ['refused', 'unknown'] as const) {
    const isChosen = isAll || (outcome === 'refused' ? refused : unknown);
    if (isChosen) lists.push((await listKeptEvents(pool, outcome)).map(eventRow));
  }
  const rows = lists.flat();
  out.list(rows, { empty: 'no call or event needs you', table: () => table(rows) }, columns);
  const isCut = lists.some(({ length }) => length === LISTED_MAX);
  if (isCut) out.note(`this shows the oldest ${LISTED_MAX} of a kind; there may be more`);
}

/** The worker does the rest: it tells the cell of a paid order and makes the due calls. */
async function retryOne(
  { pool }: Session['core'],
  kind: string,
  id: number,
  actor: Actor,
): Promise<string | null> {
  if (kind === 'call') return (await retryDeadCalls(pool, id, actor)) > 0 ? 'due again' : null;
  const quiet = { courier: { push: async () => {} }, onCallsDue: () => {}, onAlert: () => {} };
  return retryEvent({ pool, ...quiet }, id, actor);
}

interface Waiting {
  readonly name: string;
  readonly kind: string;
  readonly id: number;
}

function parsed(name: string, command: Command): Waiting {
  const [, kind, id] = ID.exec(name) ?? [];
  if (kind) return { name, kind, id: Number(id) };
  return misuse(command, [`not the id of a call or an event: ${name}`]);
}

const nothing = (name: string): [string[], 'not_found'] => [
  [`${name}: nothing with this id is waiting`],
  'not_found',
];

async function retryNamed(session: Session, { name, kind, id }: Waiting): Promise<void> {
  const { core, out, actor } = session;
  const outcome = await retryOne(core, kind, id, actor);
  if (outcome === null) return out.fail(...nothing(name));
  if (outcome === 'unknown' || outcome === 'refused') {
    return out.fail([`${name}: still ${outcome}`], 'conflict');
  }
  out.say(`${name}: ${outcome}`, { id: name, outcome });
}

async function retryAll({ core, out, actor }: Session): Promise<void> {
  let due = 0;
  for (let again = RETRIED_MAX; again === RETRIED_MAX;) {
    again = await retryDeadCalls(core.pool, null, actor);
    due += again;
  }
  out.say(`due again: ${due}`, { dueAgain: due });
}

function retry(
  name: string | undefined,
  { allDead = false }: { allDead?: boolean },
  command: Command,
): Promise<void> {
  if ((name === undefined) !== allDead) {
    return misuse(command, ['name one call or event, or pass --all-dead']);
  }
  if (name === undefined) return withCore(command, retryAll);
  const waiting = parsed(name, command);
  return withCore(command, (session) => retryNamed(session, waiting));
}

/** Asks the provider nothing: the operator has settled the matter there. */
function resolve(
  name: string,
  { who, why }: { who: string; why: string },
  command: Command,
): Promise<void> {
  const { kind, id } = parsed(name, command);
  return withCore(command, async ({ core: { pool }, out, actor }) => {
    const settle = kind === 'call' ? resolveDeadCall : resolveKeptEvent;
    const isDone = await settle(pool, id, { who, why }, { ...actor, reason: why });
    if (!isDone) return out.fail(...nothing(name));
    out.say(`${name}: resolved`, { id: name, outcome: 'resolved' });
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
    .action((chosen: Chosen, command: Command) =>
      withCore(command, (session) => list(session, chosen)),
    );
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
