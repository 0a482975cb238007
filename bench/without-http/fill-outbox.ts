import { BATCH_MAX, ScriptBatches } from '../../src/cell/selling/script-batches.ts';
import { callPurchase } from '../../src/cell/selling/purchase.ts';
import type { PurchaseItem } from '../../src/cell/selling/purchase.ts';
import type { CellAddress } from '../../src/cell/cell-address.ts';
import type { IdempotencyKey, OfferId, ShopperId } from '../../src/domain/ids.ts';
import { newSerial } from '../../proof/builders/ids.ts';
import { seededRandom, shuffle } from '../../proof/crowd/seeded-random.ts';
import { shopperName } from '../../proof/crowd/tokens.ts';
import { systemTime } from '../../src/platform/time.ts';
import { NoNumber } from '../run/no-number.ts';

interface Filling {
  readonly orders: number;
  readonly shoppers: number;
  readonly offers: readonly string[];
  readonly seed: number;
}

const FINGERPRINT = 'bench-fingerprint-0000';

/** Purchases of one unit each, with shoppers in random order and all offers in turn. */
function* itemsOf({ orders, shoppers, offers, seed }: Filling): Generator<PurchaseItem> {
  const random = seededRandom(seed);
  const names = Array.from({ length: shoppers }, (_, i) => shopperName(i));
  for (let i = 0; i < orders; i++) {
    if (i % shoppers === 0) shuffle(names, random);
    yield {
      serial: newSerial(),
      shopper: names[i % shoppers] as ShopperId,
      key: `bench-${seed}-${String(i).padStart(9, '0')}` as IdempotencyKey,
      fingerprint: FINGERPRINT,
      offer: offers[i % offers.length] as OfferId,
      quantity: 1,
      expectedTotalMinor: null,
      member: null,
    };
  }
}

/**
 * Fills the outbox by calling the purchase script directly, in full batches one after another.
 * @throws NoNumber when the script answers anything but an order
 */
export async function fillOutbox(cell: CellAddress, filling: Filling): Promise<void> {
  const backlogLimit = filling.orders * 2;
  const batches = new ScriptBatches({ backlogLimit, time: systemTime, call: callPurchase });
  let batch: PurchaseItem[] = [];
  const send = async () => {
    const answers = await Promise.all(batch.map((item) => batches.ask(cell, item)));
    for (const answer of answers) {
      const word = answer.word === 'answer' ? answer.outcome.word : answer.word;
      if (word !== 'placed') throw new NoNumber(`a purchase was answered ${word}`);
    }
    batch = [];
  };
  for (const item of itemsOf(filling)) {
    batch.push(item);
    if (batch.length === BATCH_MAX) await send();
  }
  if (batch.length > 0) await send();
}
