import Table from 'cli-table3';
import type { Command } from 'commander';
import { listKeptEvents } from '../../ledger/payment-events.ts';
import type { KeptEvent } from '../../ledger/payment-events.ts';
import { listDeadCalls, retryDeadCall } from '../../ledger/provider-calls.ts';
import type { DeadCall } from '../../ledger/provider-calls.ts';
import { retryEvent } from '../../service/take-event.ts';
import type { Core } from '../wire.ts';
import { PLAIN, fail, say, withCore } from './session.ts';

/** None chosen: all of them. */
interface Chosen {
  readonly dead?: true;
  readonly refused?: true;
  readonly unknown?: true;
}

type Row = readonly [id: string, what: string, payment: string, order: string, why: string];

const ID = /^(call|event)-(\d{1,15})$/;

const callRow = ({ id, kind, amountMinor, currency, payment, order, error }: DeadCall): Row => [
  `call-${id}`,
  `${kind} of ${amountMinor} ${currency}`,
  payment,
  order,
  error,
];

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

async function list({ dead, refused, unknown }: Chosen): Promise<void> {
  const isAll = !dead && !refused && !unknown;
  await withCore(async ({ pool }) => {
    const rows: Row[] = [];
    if (isAll || dead) rows.push(...(await listDeadCalls(pool)).map(callRow));
    for (const outcome of ['refused', 'unknown'] as const) {
      const isChosen = isAll || (outcome === 'refused' ? refused : unknown);
      if (isChosen) rows.push(...(await listKeptEvents(pool, outcome)).map(eventRow));
    }
    say(rows.length === 0 ? 'nothing about payments waits for you' : table(rows));
  });
}

/** The worker tells the cell of an order that is paid, and asks the provider what is due. */
function retryOne({ pool }: Core, kind: string, id: number): Promise<string | null> {
  if (kind === 'call') return retryDeadCall(pool, id).then((found) => (found ? 'due again' : null));
  const quiet = { courier: { push: async () => {} }, onCallsDue: () => {}, onAlert: () => {} };
  return retryEvent({ pool, ...quiet }, id);
}

async function retry(name: string): Promise<void> {
  const [, kind, id] = ID.exec(name) ?? [];
  if (!kind) return fail([`not the id of a call or an event: ${name}`]);
  await withCore(async (core) => {
    const outcome = await retryOne(core, kind, Number(id));
    if (outcome === null) fail([`${name}: there is none that waits`]);
    else if (outcome === 'unknown' || outcome === 'refused') fail([`${name}: still ${outcome}`]);
    else say(`${name}: ${outcome}`);
  });
}

export function addPaymentCommands(program: Command): void {
  const payments = program
    .command('payments')
    .description('What payment providers were asked in vain, and said that was not believed');
  payments
    .command('list', { isDefault: true })
    .option('--dead', 'calls to a provider that were given up')
    .option('--refused', 'events of a wrong amount, currency or order')
    .option('--unknown', 'events of payments that are not known')
    .action(list);
  payments
    .command('retry')
    .argument('<id>', 'call-… or event-…, as listed')
    .description('Ask the provider again, or take the event again, now that its cause is mended')
    .action(retry);
}
