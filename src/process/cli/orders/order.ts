import Table from 'cli-table3';
import type { Command } from 'commander';
import { toTimestamp } from '../../../domain/timestamps.ts';
import {
  movesOfOrder,
  readOrderFacts,
  paymentsOfOrder,
  refundsOfOrder,
} from '../../../ledger/orders/read-order-history.ts';
import type { OrderFacts } from '../../../ledger/orders/read-order-history.ts';
import type { Core } from '../../wiring/wire-core.ts';
import { PLAIN, fail, say, withCore } from '../session.ts';

type Cell = string | number | boolean;

/** Prints nothing when there are no lines. */
function sayTable(head: readonly string[], lines: readonly (readonly Cell[])[]): void {
  if (lines.length === 0) return;
  const table = new Table({ head: [...head], style: PLAIN });
  for (const line of lines) table.push([...line]);
  say(table.toString());
}

function sayFacts({ id, shopper, state, ...rest }: OrderFacts): void {
  const { totalMinor, refundedMinor, placedAtMs, expiresAtMs } = rest;
  say(`${id} · ${state} · shopper ${shopper}`);
  say(`total ${totalMinor} · refunded ${refundedMinor} (minor units)`);
  say(`placed ${toTimestamp(placedAtMs)} · held until ${toTimestamp(expiresAtMs)}`);
}

async function showOrder({ pool }: Core, id: string): Promise<void> {
  const facts = await readOrderFacts(pool, id);
  if (!facts) return fail([`the ledger has no order ${id}`]);
  sayFacts(facts);
  sayTable(
    ['at', 'from', 'to', 'who', 'why'],
    (await movesOfOrder(pool, id)).map(({ atMs, from, to, who, why }) => {
      return [toTimestamp(atMs), from, to, who, why];
    }),
  );
  sayTable(
    ['payment', 'provider', 'its id', 'state', 'amount (minor)', 'paid the order'],
    (await paymentsOfOrder(pool, id)).map(({ id: payment, provider, ref, state, ...rest }) => {
      return [payment, provider, ref ?? '', state, rest.amountMinor, rest.pays ? 'yes' : ''];
    }),
  );
  sayTable(
    ['refund', 'at', 'who', 'cash (minor)', 'red packet', 'points', 'restocked'],
    (await refundsOfOrder(pool, id)).map(({ id: refund, atMs, who, ...rest }) => {
      const { cashMinor, packetMinor, points, restock } = rest;
      return [refund, toTimestamp(atMs), who, cashMinor, packetMinor, points, restock ? 'yes' : ''];
    }),
  );
}

export function addOrderCommands(program: Command): void {
  program
    .command('order')
    .description('Look at orders')
    .command('show')
    .argument('<order>', 'the id of the order')
    .description('Show a settled order with its moves, payments and refunds')
    .action((id: string) => withCore((core) => showOrder(core, id)));
}
