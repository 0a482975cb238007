import { hash } from 'node:crypto';
import type { BatchAnswer, BatchReply, ScriptBatches } from '../../cell/selling/script-batches.ts';
import type { CellAddress } from '../../cell/cell-address.ts';
import type { KnownSale } from '../../cell/sale-directory.ts';
import { findInCell } from '../../cell/selling/lookup.ts';
import type { SoldOutMemory } from '../../cell/selling/sold-out-memory.ts';
import { homeCell, orderId } from '../../domain/ids.ts';
import type { ShopperId } from '../../domain/ids.ts';
import type { PlacedOrder } from '../../domain/order.ts';
import type { OrderRequest } from '../../domain/pricing/quote.ts';
import { BUSY } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { toTimestamp } from '../../domain/timestamps.ts';
import { unlessAway } from '../../platform/is-away.ts';
import type { Time } from '../../platform/time.ts';
import type { RecoverOnce } from '../cells/recover-once-at-a-time.ts';

/** What both lanes need. */
export interface PlacingDeps {
  readonly soldOut: SoldOutMemory;
  readonly recoverOnce: Pick<RecoverOnce, 'recover'>;
  readonly time: Pick<Time, 'now'>;
  /** 22 random characters of base64url. */
  readonly newSerial: () => string;
}

/** An order that a cell has taken. */
export interface Placed {
  readonly order: PlacedOrder;
  readonly isReplay: boolean;
  readonly cell: CellAddress;
  /** Its entry's number; null: an earlier call placed it, and nobody here knows its entry. */
  readonly seq: number | null;
}

/** A record of the cell that its own script cannot read. */
export class UnreadableRecord extends Error {
  override readonly name = 'UnreadableRecord';
}

/** One line without coupons or tender: what the flash lane may take. */
export const isPlain = ({ lines, coupons, redPacket, points }: OrderRequest): boolean =>
  lines.length === 1 && coupons.length === 0 && redPacket === 0 && points === 0;

/**
 * Tells bodies under one key apart, the same in both lanes. For a plain order it is the canonical
 * form itself, which is shorter than a hash.
 */
export function fingerprintOf(request: OrderRequest): string {
  const { lines, coupons, redPacket, points, expectedTotalMinor } = request;
  if (isPlain(request)) {
    const { offer, quantity } = lines[0]!;
    return `${quantity}*${offer}=${expectedTotalMinor ?? ''}`;
  }
  const bought = lines.map(({ offer, quantity }) => `${quantity}*${offer}`).join('+');
  const tender = `${coupons.join()};${redPacket};${points};${expectedTotalMinor ?? ''}`;
  return hash('sha256', `${bought};${tender}`, 'base64url');
}

/** A shopper's cell, or why there is none: nobody has opened the sale yet. */
export function homeOf(
  { sale, cells }: KnownSale,
  shopper: ShopperId,
  nowMs: number,
): CellAddress | Refusal {
  const home = cells[homeCell(shopper, cells.length)];
  if (home) return home;
  const { opensAtMs } = sale;
  const opensAt = opensAtMs > nowMs ? toTimestamp(opensAtMs) : null;
  return { code: 'sale_not_open', opensAt };
}

/** The `sold_out` that this process remembers, unless the sale is over. */
export function remembered(
  { soldOut, time }: PlacingDeps,
  { sale }: KnownSale,
  cell: CellAddress,
  { lines, shopper }: OrderRequest,
): Refusal | null {
  for (const { offer } of lines) {
    if (soldOut.isSoldOut(cell, offer, shopper)) {
      const isOver = sale.state === 'closed' || time.now() >= sale.closesAtMs;
      return isOver ? null : { code: 'sold_out', offer, unitsLeft: 0 };
    }
  }
  return null;
}

/** After a cut the outcome is unknown: this looks the order up by its id. */
async function afterCut(
  { soldOut }: PlacingDeps,
  cell: CellAddress,
  { shopper, key }: OrderRequest,
  serial: string,
): Promise<Placed | Refusal> {
  const found = await unlessAway(findInCell(cell, shopper, 'hot'));
  if (found === 'away' || found === 'displaced') return BUSY;
  const order = found.find((other) => other.id === orderId(cell.id, serial) && other.key === key);
  if (!order) return BUSY;
  soldOut.noteBuyer(cell, shopper);
  return { order, isReplay: false, cell, seq: null };
}

/**
 * Sends an order's item to its cell, in a batch with others. A displaced cell is recovered.
 * @param conclude what an answer of the script means
 */
export async function askCell<
  Item extends { readonly serial: string },
  Reply extends BatchReply<unknown>,
  Said,
>(
  deps: PlacingDeps,
  batches: ScriptBatches<Item, Reply>,
  { cell, request, item }: { cell: CellAddress; request: OrderRequest; item: Item },
  conclude: (answer: BatchAnswer<Reply>) => Said,
): Promise<Said | Placed | Refusal> {
  const answer = await unlessAway(batches.ask(cell, item));
  if (answer === 'away') return afterCut(deps, cell, request, item.serial);
  if (answer.word === 'answer') return conclude(answer);
  if (answer.word !== 'crowded') void deps.recoverOnce.recover(cell.id, cell);
  return BUSY;
}
