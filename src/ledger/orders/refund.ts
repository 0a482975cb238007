import type { Pool, PoolClient } from 'pg';
import type { CellId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { refundConflict, refundFaults } from '../../domain/refunds/refund-check.ts';
import { fingerprintOf, refunderOf } from '../../domain/refunds/refund.ts';
import type { RefundRequest, RefundView } from '../../domain/refunds/refund.ts';
import { NOT_FOUND, isRefusal } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows } from '../../platform/query.ts';
import { recordChange } from '../changes/record-change.ts';
import { orderToRefund } from './order-to-refund.ts';
import type { OrderToRefund } from './order-to-refund.ts';
import { cellOf, writeRefund } from './write-refund.ts';

/** `isReplay`: an earlier request with the same key made it. */
export interface Refunded {
  readonly view: RefundView;
  readonly isReplay: boolean;
}

interface RefundRow extends RefundView {
  readonly fingerprint: string;
}

const lock = query<{ id: string }>('orders/refunds/lock-order');
const made = query<RefundRow>('orders/refunds/find-by-key');

async function lockOrder(
  client: PoolClient,
  { order, actor }: RefundRequest,
): Promise<OrderToRefund | null> {
  const [locked] = await rows(client, lock, [order, actor.store]);
  return locked ? orderToRefund(client, order) : null;
}

async function findMade(client: PoolClient, request: RefundRequest): Promise<RefundRow | null> {
  const { order, key } = request;
  return (await rows(client, made, [order, refunderOf(request), key]))[0] ?? null;
}

function shown({ fingerprint: _, ...view }: RefundRow): RefundView {
  return view;
}

function replayed(before: RefundRow, request: RefundRequest): Refunded | Refusal {
  if (before.fingerprint !== fingerprintOf(request)) return { code: 'key_reused' };
  return { view: shown(before), isReplay: true };
}

/** What the store of some lines may know of a refund: nothing of what the other lines cost. */
function partOfStore({ points: _, coupons: __, ...part }: RefundView): Partial<RefundView> {
  return part;
}

/**
 * It belongs to the store of all refunded lines, or to none. That store reads it, so the record
 * leaves out the figures of an order that has lines of others, too.
 */
async function recordRefund(
  client: PoolClient,
  order: OrderToRefund,
  view: RefundView,
  actor: Actor,
): Promise<void> {
  const stores = new Set(view.lines.map(({ line }) => order.lines[line]!.store));
  const owner = stores.size === 1 ? [...stores][0]! : null;
  const isShared = owner !== null && order.lines.some(({ store }) => store !== owner);
  const { state, refundedMinor } = order;
  await recordChange(client, actor, {
    sale: order.sale,
    subject: `order:${order.id}`,
    what: 'refund',
    owner,
    before: isShared ? { state } : { state, refundedMinor },
    after: isShared ? partOfStore(view) : view,
  });
}

async function refundLocked(
  client: PoolClient,
  order: OrderToRefund,
  request: RefundRequest,
): Promise<Refunded | Refusal> {
  const { lines, actor } = request;
  const fault = refundFaults(order.lines, { lines, store: actor.store });
  if (fault) return fault;
  const before = await findMade(client, request);
  if (before) return replayed(before, request);
  const conflict = refundConflict(order, lines);
  if (conflict) return conflict;
  await writeRefund(client, order, request);
  const view = shown((await findMade(client, request))!);
  await recordRefund(client, order, view, actor);
  return { view, isReplay: false };
}

/**
 * Refunds units of an order's lines in one transaction, once for each key. It locks the order's row
 * first, so the refunds of an order run one after another, and each sees what the others left.
 * @returns the refund, and the cell that the caller must tell
 */
export function refundUnits(
  pool: Pool,
  request: RefundRequest,
): Promise<(Refunded & { readonly cell: CellId }) | Refusal> {
  return transaction(pool, async (client) => {
    const order = await lockOrder(client, request);
    if (!order) return NOT_FOUND;
    const done = await refundLocked(client, order, request);
    return isRefusal(done) ? done : { ...done, cell: cellOf(order) };
  });
}
