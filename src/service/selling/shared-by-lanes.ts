import { hash } from 'node:crypto';
import type { BatchAnswer, BatchReply, ScriptBatches } from '../../cell/selling/script-batches.ts';
import type { CellAddress } from '../../cell/cell-address.ts';
import type { Displaced } from '../../cell/displaced.ts';
import type { Directory, KnownSale } from '../../cell/sale-directory.ts';
import type { AcknowledgedEntries } from '../../cell/cells/acknowledged-entries.ts';
import { readStoredEntry } from '../../cell/cells/outbox.ts';
import { keepAsRead } from '../../cell/selling/kept-entry.ts';
import { findInCell } from '../../cell/selling/lookup.ts';
import type { SellingActivity } from '../../cell/selling/selling-activity.ts';
import type { SoldOutMemory } from '../../cell/selling/sold-out-memory.ts';
import { isAnnounced } from '../../domain/people/viewer.ts';
import { homeCell, orderId } from '../../domain/ids.ts';
import type { ShopperId } from '../../domain/ids.ts';
import type { PlacedOrder } from '../../domain/order.ts';
import type { OrderRequest } from '../../domain/pricing/quote.ts';
import { BUSY, NOT_FOUND, isRefusal } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { isOpenFor } from '../../domain/terms/opening.ts';
import { toTimestamp } from '../../domain/timestamps.ts';
import { within } from '../../platform/deadline.ts';
import { unlessAway } from '../../platform/is-away.ts';
import type { Time } from '../../platform/time.ts';
import type { RecoverOnce } from '../cells/recover-once-at-a-time.ts';

/** What both lanes need. */
export interface PlacingDeps {
  readonly soldOut: SoldOutMemory;
  readonly acknowledged: AcknowledgedEntries;
  readonly activity: SellingActivity;
  readonly recoverOnce: Pick<RecoverOnce, 'recover' | 'heal'>;
  readonly time: Pick<Time, 'now' | 'monotonic'>;
  /** 22 random characters of base64url. */
  readonly newSerial: () => string;
}

/**
 * How long an order is looked up after its cell was asked. With the time that it may wait for its
 * cell and the time-out of the call, every answer comes within the 4 seconds of other routes.
 */
export const AFTERWARDS_MS = 1_000;

/** An order that a cell has taken. */
export interface Placed {
  readonly order: PlacedOrder;
  readonly isReplay: boolean;
  readonly cell: CellAddress;
  /** Its entry's number; null: the ledger had it when the cell's epoch was opened. */
  readonly seq: number | null;
}

/** A record of the cell that its own script cannot read, although the cell was rebuilt for it. */
export class UnreadableRecord extends Error {
  override readonly name = 'UnreadableRecord';
}

/** The outcome of an item: a record that it needs cannot be read. */
export interface Unreadable {
  readonly word: 'unreadable';
  readonly found: string;
}

export const unreadable = (found: string): Unreadable => ({ word: 'unreadable', found });

/**
 * Has a displaced or damaged cell recovered.
 * @throws UnreadableRecord when that did not help a moment ago
 */
export function healed(
  { recoverOnce }: { readonly recoverOnce: Pick<RecoverOnce, 'heal'> },
  cell: CellAddress,
  displaced: Displaced,
): typeof BUSY {
  if (recoverOnce.heal(cell, displaced)) return BUSY;
  throw new UnreadableRecord('found' in displaced ? displaced.found : displaced.word);
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

/** A shopper's cell; undefined before the first opening of the sale. */
export const homeOf = ({ cells }: KnownSale, shopper: ShopperId): CellAddress | undefined =>
  cells[homeCell(shopper, cells.length)];

/**
 * Why a sale has no cells yet. A draft that is not announced looks like no sale at all.
 * @param opensAtMs from when on the shopper may come
 */
export function notOpenYet({ sale }: KnownSale, opensAtMs: number, nowMs: number): Refusal {
  if (!isAnnounced(sale, nowMs)) return NOT_FOUND;
  const opensAt = opensAtMs > nowMs ? toTimestamp(opensAtMs) : null;
  return { code: 'sale_not_open', opensAt };
}

/**
 * Why this process finds no cell for a shopper. It asks the ledger first: since its last refresh
 * another process may have opened the sale, and placed an order under the shopper's key.
 * @param opensMs from when on the shopper may come
 * @returns null when there is a cell after all
 */
export async function whyHomeless(
  { directory, time }: Pick<PlacingDeps, 'time'> & { readonly directory: Directory },
  { sale: id, shopper }: { readonly sale: string; readonly shopper: ShopperId },
  opensMs: (sale: KnownSale) => number,
): Promise<Refusal | null> {
  const refreshed = within(AFTERWARDS_MS, () => directory.refresh());
  if ((await unlessAway(refreshed)) === 'away') return BUSY;
  const sale = directory.sale(id);
  if (!sale) return NOT_FOUND;
  return homeOf(sale, shopper) ? null : notOpenYet(sale, opensMs(sale), time.now());
}

/** The `sold_out` that this process remembers, while the shopper may order the offer. */
export function remembered(
  { soldOut, activity, time }: PlacingDeps,
  { sale, offers }: KnownSale,
  cell: CellAddress,
  { lines, shopper, member }: OrderRequest,
): Refusal | null {
  for (const { offer: id } of lines) {
    if (soldOut.isSoldOut(cell, id, shopper)) {
      const nowMs = time.now();
      if (sale.state === 'closed' || nowMs >= sale.closesAtMs) return null;
      const offer = offers.get(id);
      if (offer && !isOpenFor(sale, offer, member, nowMs)) return null;
      activity.note();
      return { code: 'sold_out', offer: id, unitsLeft: 0 };
    }
  }
  return null;
}

/**
 * Makes sure that an order or claim of an earlier call may be acknowledged by this process: the
 * ledger has its entry, or this process remembers it. An entry that another process wrote is read
 * from the outbox.
 * @param seq its entry's number; null: the ledger has it
 * @returns false when the entry cannot be read at present
 */
export async function canAcknowledge(
  { acknowledged, recoverOnce }: Pick<PlacingDeps, 'acknowledged' | 'recoverOnce'>,
  cell: CellAddress,
  seq: number | null,
): Promise<boolean> {
  if (seq === null || acknowledged.has(cell, seq)) return true;
  const entry = await unlessAway(within(AFTERWARDS_MS, () => readStoredEntry(cell, seq)));
  if (entry === 'displaced') void recoverOnce.recover(cell.id, cell);
  if (entry === 'away' || entry === 'displaced') return false;
  if (entry === 'settled' || acknowledged.has(cell, seq)) return true;
  return acknowledged.remember(cell, seq, entry.placed, keepAsRead(entry));
}

const isReplay = (said: Placed | Refusal | 'cart_lane'): said is Placed =>
  said !== 'cart_lane' && !isRefusal(said) && said.isReplay;

const isUnreadable = (said: object | 'cart_lane'): said is Unreadable =>
  said !== 'cart_lane' && 'found' in said;

/** After a cut the outcome is unknown: this looks the order up by its id. */
async function afterCut(
  deps: PlacingDeps,
  cell: CellAddress,
  { shopper, key }: OrderRequest,
  serial: string,
): Promise<Placed | Refusal> {
  const found = await unlessAway(findInCell(cell, shopper, 'hot'));
  if (found === 'away' || found.word !== 'known') return BUSY;
  const { orders } = found;
  const order = orders.find((other) => other.id === orderId(cell.id, serial) && other.key === key);
  if (!order || !(await canAcknowledge(deps, cell, order.seq))) return BUSY;
  deps.soldOut.noteBuyer(cell, shopper);
  return { order, isReplay: false, cell, seq: order.seq };
}

/**
 * Sends an order's item to its cell, in a batch with others. A displaced cell is recovered.
 * @param conclude what an answer of the script means
 */
export async function askCell<
  Item extends { readonly serial: string },
  Reply extends BatchReply<unknown>,
  Said extends Placed | Refusal | 'cart_lane',
>(
  deps: PlacingDeps,
  batches: ScriptBatches<Item, Reply>,
  { cell, request, item }: { cell: CellAddress; request: OrderRequest; item: Item },
  conclude: (answer: BatchAnswer<Reply>) => Said | Unreadable,
): Promise<Said | Placed | Refusal> {
  const answer = await unlessAway(batches.ask(cell, item));
  if (answer === 'away') {
    const looking = within(AFTERWARDS_MS, () => afterCut(deps, cell, request, item.serial));
    const found = await unlessAway(looking);
    return found === 'away' ? BUSY : found;
  }
  if (answer.word === 'answer') {
    const said = conclude(answer);
    if (isUnreadable(said)) return healed(deps, cell, { word: 'damaged', found: said.found });
    if (!isReplay(said)) return said;
    return (await canAcknowledge(deps, cell, said.seq)) ? said : BUSY;
  }
  return answer.word === 'crowded' ? BUSY : healed(deps, cell, answer);
}
