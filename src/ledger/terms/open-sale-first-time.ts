import type { PoolClient } from 'pg';
import type { Instruction } from '../../domain/inbox-instruction.ts';
import { deal } from '../../domain/units.ts';
import { dealBalances } from '../books/balances.ts';
import { createCells } from '../cell-rows.ts';
import { dealCoupons } from '../books/coupons.ts';
import { tellCells } from '../instructions.ts';
import { offersOfSale } from './offer-rows.ts';
import { dealPot, potsOfSale } from '../books/pots.ts';
import type { ByCell } from '../books/pots.ts';
import { offerInstruction, rulesInstruction, termsInstruction } from './sale-instructions.ts';
import type { SaleRow } from '../sale-row.ts';
import { recordAllTerms } from './terms-history.ts';
import { giveUnits } from '../books/allotments.ts';

async function dealOffers(client: PoolClient, { id, cells }: SaleRow): Promise<ByCell[]> {
  const dealt: ByCell[] = [];
  for (const offer of await offersOfSale(client, id)) {
    const units = deal(offer.cap, cells);
    await giveUnits(client, id, offer.id, units);
    dealt.push((cell) => [
      offerInstruction(offer),
      { kind: 'units', offer: offer.id, units: units[cell]! },
    ]);
  }
  return dealt;
}

async function dealPots(client: PoolClient, sale: SaleRow): Promise<ByCell[]> {
  const dealt: ByCell[] = [];
  for (const pot of await potsOfSale(client, sale.id)) dealt.push(await dealPot(client, sale, pot));
  return dealt;
}

/**
 * Opens a sale for the first time: makes its cells, writes its terms into the history, deals every
 * cap, budget and quota, and tells each cell everything it needs. The last instruction opens it.
 */
export async function openFirst(client: PoolClient, sale: SaleRow): Promise<void> {
  await createCells(client, sale.id, sale.cells);
  await recordAllTerms(client, sale);
  const told: Instruction[] = [
    termsInstruction(sale, sale.rulesVersion),
    await rulesInstruction(client, sale),
  ];
  const dealt = [
    ...(await dealOffers(client, sale)),
    ...(await dealPots(client, sale)),
    await dealCoupons(client, sale),
    await dealBalances(client, sale),
  ];
  await tellCells(client, sale, (cell) => [
    ...told,
    ...dealt.flatMap((of) => of(cell)),
    { kind: 'state', state: 'open' },
  ]);
}
