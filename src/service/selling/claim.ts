import type { ScriptBatches } from '../../cell/selling/script-batches.ts';
import type { ClaimItem, ClaimOutcome, ClaimReply } from '../../cell/selling/claim.ts';
import type { CellAddress } from '../../cell/cell-address.ts';
import { unlessDisplaced } from '../../cell/displaced.ts';
import type { Directory } from '../../cell/sale-directory.ts';
import { callWallets } from '../../cell/selling/wallets.ts';
import { orderId } from '../../domain/ids.ts';
import type { IdempotencyKey, ShopperId } from '../../domain/ids.ts';
import { BUSY } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { within } from '../../platform/deadline.ts';
import { unlessAway } from '../../platform/is-away.ts';
import { healed, AFTERWARDS_MS, canAcknowledge, homeOf, whyHomeless } from './shared-by-lanes.ts';
import type { PlacingDeps } from './shared-by-lanes.ts';

export interface ClaimDeps extends Omit<PlacingDeps, 'soldOut' | 'activity'> {
  readonly directory: Directory;
  readonly claims: ScriptBatches<ClaimItem, ClaimReply>;
}

export interface ClaimRequest {
  readonly sale: string;
  readonly shopper: ShopperId;
  readonly member: string | null;
  readonly promotion: string;
  readonly key: IdempotencyKey;
}

/** A coupon or red packet that a shopper grabbed; `amount` in minor units, 0: a coupon. */
export interface ClaimView {
  readonly id: string;
  readonly sale: string;
  readonly promotion: string;
  readonly amount: number;
}

export interface Claimed {
  readonly claim: ClaimView;
  readonly isReplay: boolean;
}

function conclude(
  cell: CellAddress,
  { promotion, serial }: Pick<ClaimItem, 'promotion' | 'serial'>,
  outcome: Exclude<ClaimOutcome, { word: 'unreadable' }>,
): Claimed | Refusal {
  switch (outcome.word) {
    case 'refused':
      return outcome.refusal;
    case 'sold_out':
      return { code: 'sold_out', promotion, unitsLeft: 0 };
    case 'claimed':
    case 'replayed': {
      const isReplay = outcome.word === 'replayed';
      const id = orderId(cell.id, isReplay ? outcome.serial : serial);
      const amount = outcome.amountMinor;
      return { claim: { id, sale: cell.id.sale, promotion, amount }, isReplay };
    }
  }
}

/** After a cut the outcome is unknown: this looks the claim up by its serial. */
async function afterCut(
  deps: ClaimDeps,
  cell: CellAddress,
  { shopper, serial, promotion }: ClaimItem,
): Promise<Claimed | Refusal> {
  const ask = () => unlessDisplaced(cell, () => callWallets(cell, [shopper]));
  const reply = await unlessAway(within(AFTERWARDS_MS, ask));
  if (reply === 'away' || reply.word !== 'batch') return BUSY;
  const made = reply.outcomes[0]!.claims.get(serial);
  if (!made || !(await canAcknowledge(deps, cell, made.seq))) return BUSY;
  const outcome = { word: 'claimed', amountMinor: made.amountMinor } as const;
  return conclude(cell, { serial, promotion }, outcome);
}

/**
 * Grabs a coupon or red packet: one script takes it from quota and budget and writes the claim into
 * the outbox.
 * @throws UnreadableRecord
 */
export async function claim(deps: ClaimDeps, request: ClaimRequest): Promise<Claimed | Refusal> {
  const sale = deps.directory.sale(request.sale);
  const cell = sale && homeOf(sale, request.shopper);
  if (!cell) {
    const reason = await whyHomeless(deps, request, (known) => known.sale.opensAtMs);
    return reason ?? claim(deps, request);
  }
  const { shopper, key, promotion, member } = request;
  const item: ClaimItem = { serial: deps.newSerial(), shopper, key, promotion, member };
  const answer = await unlessAway(deps.claims.ask(cell, item));
  if (answer === 'away') return afterCut(deps, cell, item);
  if (answer.word === 'answer') {
    const { outcome } = answer;
    if (outcome.word === 'unreadable') {
      const found = `a record that a claim of ${promotion} needs cannot be read`;
      return healed(deps, cell, { word: 'damaged', found });
    }
    const isReplay = outcome.word === 'replayed';
    if (isReplay && !(await canAcknowledge(deps, cell, outcome.seq))) return BUSY;
    return conclude(cell, item, outcome);
  }
  return answer.word === 'crowded' ? BUSY : healed(deps, cell, answer);
}
