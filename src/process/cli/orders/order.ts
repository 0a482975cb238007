import Table from 'cli-table3';
import type { Command } from 'commander';
import { toTimestamp } from '../../../domain/timestamps.ts';
import {
  movesOfOrder,
  readOrderFacts,
  paymentsOfOrder,
  refundsOfOrder,
} from '../../../ledger/orders/read-order-history.ts';
import type {
  OrderFacts,
  PastMove,
  PastPayment,
  PastRefund,
} from '../../../ledger/orders/read-order-history.ts';
import { PLAIN } from '../output.ts';
import { withCore } from '../session.ts';
import type { Session } from '../session.ts';
import { addRefundCommand } from './refund.ts';

/** A settled order with all that happened to it. */
interface History {
  readonly facts: OrderFacts;
  readonly moves: readonly PastMove[];
  readonly payments: readonly PastPayment[];
  readonly refunds: readonly PastRefund[];
}

type Cell = string | number;

/** @returns nothing when there are no lines */
function tableOf(head: readonly string[], lines: readonly (readonly Cell[])[]): string[] {
  if (lines.length === 0) return [];
  const table = new Table({ head: [...head], style: PLAIN });
  for (const line of lines) table.push([...line]);
  return [table.toString()];
}

const headOf = ({ id, shopper, state, ...rest }: OrderFacts): string[] => [
  `${id} · ${state} · shopper ${shopper}`,
  `total ${rest.totalMinor} · refunded ${rest.refundedMinor} (minor units)`,
  `placed ${toTimestamp(rest.placedAtMs)} · held until ${toTimestamp(rest.expiresAtMs)}`,
];

const movesTable = (moves: readonly PastMove[]): string[] =>
  tableOf(
    ['at', 'from', 'to', 'who', 'why'],
    moves.map(({ atMs, from, to, who, why }) => [toTimestamp(atMs), from, to, who, why]),
  );

const paymentsTable = (payments: readonly PastPayment[]): string[] =>
  tableOf(
    ['payment', 'provider', 'its id', 'state', 'amount (minor)', 'paid the order'],
    payments.map(({ id, provider, ref, state, amountMinor, pays }) => {
      return [id, provider, ref ?? '', state, amountMinor, pays ? 'yes' : ''];
    }),
  );

const refundsTable = (refunds: readonly PastRefund[]): string[] =>
  tableOf(
    ['refund', 'at', 'who', 'cash (minor)', 'red packet', 'points', 'restocked'],
    refunds.map(({ id, atMs, who, cashMinor, packetMinor, points, restock }) => {
      return [id, toTimestamp(atMs), who, cashMinor, packetMinor, points, restock ? 'yes' : ''];
    }),
  );

const words = ({ facts, moves, payments, refunds }: History): string =>
  [
    ...headOf(facts),
    ...movesTable(moves),
    ...paymentsTable(payments),
    ...refundsTable(refunds),
  ].join('\n');

function documentOf({ facts, moves, payments, refunds }: History) {
  const { placedAtMs, expiresAtMs, totalMinor, refundedMinor, ...rest } = facts;
  return {
    ...rest,
    total: totalMinor,
    refunded: refundedMinor,
    placedAt: toTimestamp(placedAtMs),
    expiresAt: toTimestamp(expiresAtMs),
    moves: moves.map(({ atMs, ...move }) => ({ ...move, at: toTimestamp(atMs) })),
    payments: payments.map(({ amountMinor, ...payment }) => ({ ...payment, amount: amountMinor })),
    refunds: refunds.map(({ atMs, cashMinor, packetMinor, ...refund }) => ({
      ...refund,
      cash: cashMinor,
      redPacket: packetMinor,
      at: toTimestamp(atMs),
    })),
  };
}

async function showOrder({ core: { pool }, out }: Session, id: string): Promise<void> {
  const facts = await readOrderFacts(pool, id);
  if (!facts) return out.fail([`the ledger has no order ${id}`], 'not_found');
  const moves = await movesOfOrder(pool, id);
  const payments = await paymentsOfOrder(pool, id);
  const refunds = await refundsOfOrder(pool, id);
  const history = { facts, moves, payments, refunds };
  out.say(words(history), documentOf(history));
}

export function addOrderCommands(program: Command): void {
  const order = program.command('order').description('Look at orders, and refund them');
  order
    .command('show')
    .argument('<order>', 'the id of the order')
    .description('Show a settled order with its moves, payments and refunds')
    .action((id: string, _: object, command: Command) =>
      withCore(command, (session) => showOrder(session, id)),
    );
  addRefundCommand(order);
}
