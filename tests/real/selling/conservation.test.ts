import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCell } from '../../../src/cell/cells/snapshot.ts';
import { activityMinor } from '../../../src/domain/order.ts';
import type { ShopperId } from '../../../src/domain/ids.ts';
import type { Refusal } from '../../../src/domain/refusals.ts';
import type { Offer, SaleMove } from '../../../src/domain/sale.ts';
import { putOffer } from '../../../src/ledger/terms/put-offer.ts';
import { setOffer, setSaleState } from '../../../src/service/terms/change-sale.ts';
import type { Placed } from '../../../src/service/selling/shared-by-lanes.ts';
import { ordersOf } from '../../../src/service/selling/find-order.ts';
import { settleCell } from '../../../src/service/cells/settle-cell.ts';
import { ShopModel } from '../../world/checks/shop-model.ts';
import type { Request } from '../../world/checks/shop-model.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { until } from '../../world/servers/wait-until.ts';
import { Shop } from '../../world/stage/shop.ts';
import { withStage } from '../../world/servers/with-stage.ts';
import { OPERATOR } from '../../../proof/builders/ids.ts';

const shoppers = ['u0', 'u1', 'u2', 'u3', 'u4'];
const offersAtFirst = [
  offer('a', { cap: 3, priceMinor: 100 }),
  offer('b', { cap: 9, priceMinor: 250, limitPerShopper: 3 }),
];

const cellsOf = (shop: Shop) => shop.worker.directory.sale(shop.sale)!.cells;

/** Polls the cells at once, as the api soon would, so that it notices refilled shelves. */
async function poll({ api, sale }: Shop): Promise<void> {
  await api.directory.refresh();
  for (const address of api.directory.sale(sale)!.cells) {
    const askedAtMs = api.time.monotonic();
    const snapshot = await readCell(address);
    if (snapshot.word !== 'read') continue;
    api.soldOut.notePoll(address, snapshot.restocked, askedAtMs);
  }
}

/** Expects that no unit is lost and that model and shop agree where each one is, by cell. */
async function checkUnits(model: ShopModel, shop: Shop): Promise<void> {
  const { brokenPromises, units } = await shop.audit();
  expect(brokenPromises).toEqual([]);
  expect(units).toEqual(model.units());
  expect(units.cap).toBe(units.unassigned + units.allotted);
  const { available, held, sold, unsettled, buried } = units;
  const elsewhere = held + sold + unsettled + buried + model.unheardUnits();
  expect(available).toBe(units.allotted - elsewhere);
  for (const [cell, address] of cellsOf(shop).entries()) {
    const snapshot = await readCell(address);
    const left = snapshot.word === 'read' && snapshot.unitsByOffer;
    expect(left).toEqual(model.cells[cell]!.left);
  }
}

/** Expects shoppers to find exactly their own orders, and none beyond cap or limit. */
async function checkOrders(model: ShopModel, shop: Shop): Promise<void> {
  for (const shopper of shoppers) {
    const found = await ordersOf(shop.api, shop.sale, shopper as ShopperId);
    const own = model.ordersOf(shopper).map(({ image, isSettled }) => ({
      id: image.id,
      settled: isSettled,
      total: activityMinor(image.lines[0]!),
    }));
    expect(found).toHaveLength(own.length);
    expect(found).toEqual(expect.arrayContaining(own.map((o) => expect.objectContaining(o))));
  }
  for (const { id, cap, limitPerShopper } of model.offers.values()) {
    const orders = [...model.orders.values()].filter((order) => order.offer === id);
    const unitsOf = (shopper?: string) =>
      orders
        .filter((order) => !shopper || order.shopper === shopper)
        .reduce((units, order) => units + order.quantity, 0);
    expect(unitsOf()).toBeLessThanOrEqual(cap);
    for (const one of shoppers) expect(unitsOf(one)).toBeLessThanOrEqual(limitPerShopper ?? cap);
  }
}

/** True when units are on the shelf, but are not for sale yet. */
function isReturning(model: ShopModel, { shopper, offer }: Request, answer: Placed | Refusal) {
  const left = model.cells[model.cellOf(shopper)]!.left.get(offer)!;
  return left > 0 && 'code' in answer && answer.code === 'sold_out' && answer.unitsLeft === 0;
}

/** Sends a request and compares the answer with the model’s. */
async function ask(model: ShopModel, shop: Shop, request: Request): Promise<void> {
  const expected = model.expect(request);
  model.requests.push(request);
  const { expectedTotalMinor, ...rest } = request;
  const purchase = expectedTotalMinor === null ? rest : { ...rest, expectedTotalMinor };
  const answer = await until(
    async () => {
      const one = await shop.buy(purchase);
      return isReturning(model, request, one) ? null : one;
    },
    { describe: 'the units on the shelf are for sale' },
  );
  if ('code' in answer) {
    const soldOut = { code: 'sold_out', offer: request.offer, unitsLeft: 0 };
    if (model.mayBeTurnedAway(request) && answer.code === 'sold_out') {
      expect(answer).toEqual(soldOut);
    } else {
      // Other tests check the quote that comes with a changed price.
      const { quote: _, ...refusal } = { quote: null, ...answer };
      expect({ word: 'refused', refusal }).toEqual(expected);
    }
    return;
  }
  const { order, isReplay } = answer;
  if (isReplay) {
    expect({ word: 'repeated', image: order }).toEqual(expected);
    return;
  }
  const { offer: id, quantity } = request;
  const [line] = order.lines;
  expect(line).toMatchObject({ offer: id, quantity });
  expect({ word: 'placed', priceMinor: line!.priceMinor }).toEqual(expected);
  model.place(request, line!.priceMinor, order);
}

/** The action of a step; every unit is counted after it. */
type Do = (model: ShopModel, shop: Shop) => Promise<void>;

class Step implements fc.AsyncCommand<ShopModel, Shop> {
  readonly #name: string;
  readonly #do: Do;

  constructor(name: string, what: Do) {
    this.#name = name;
    this.#do = what;
  }

  check = () => true;

  async run(model: ShopModel, shop: Shop): Promise<void> {
    await this.#do(model, shop);
    await checkUnits(model, shop);
  }

  toString(): string {
    return this.#name;
  }
}

const step = <Args extends readonly unknown[]>(
  name: string,
  args: { readonly [I in keyof Args]: fc.Arbitrary<Args[I]> },
  what: (...args: Args) => Do,
): fc.Arbitrary<Step> =>
  fc
    .tuple(...(args as unknown as fc.Arbitrary<unknown>[]))
    .map(
      (chosen) =>
        new Step(`${name} ${JSON.stringify(chosen)}`, what(...(chosen as unknown as Args))),
    );

const shopper = fc.constantFrom(...shoppers);
const key = fc.constantFrom('k1', 'k2', 'k3');
const offerId = fc.constantFrom('a', 'a', 'b');
const quantity = fc.constantFrom(1, 1, 1, 2, 4);
const hope = fc.constantFrom('any', 'any', 'any', 'right', 'wrong');
const number = fc.nat({ max: 50 });

const buy = step(
  'buy',
  [shopper, key, offerId, quantity, hope] as const,
  (who, under, id, units, total): Do =>
    async (model, shop) => {
      const right = model.offers.get(id)!.priceMinor * units;
      const expectedTotalMinor = total === 'any' ? null : total === 'right' ? right : right + 1;
      const request = { shopper: who, key: under, offer: id, quantity: units, expectedTotalMinor };
      await ask(model, shop, request);
    },
);

const retry = step('ask once more', [number], (which) => async (model, shop) => {
  const { requests } = model;
  if (requests.length > 0) await ask(model, shop, requests[which % requests.length]!);
});

const rush = step('rush', [offerId, key] as const, (id, under) => async (model, shop) => {
  const request = { key: under, offer: id, quantity: 1, expectedTotalMinor: null };
  for (const who of [...shoppers, ...shoppers])
    await ask(model, shop, { ...request, shopper: who });
});

const more = (model: ShopModel, id: string, units: number, priceMinor: number): Offer => {
  const now = model.offers.get(id)!;
  return { ...now, cap: now.cap + units, priceMinor };
};

const restocked = [offerId, fc.integer({ min: 1, max: 4 }), fc.constantFrom(100, 250)] as const;

const restock = step('restock', restocked, (id, units, price) => async (model, shop) => {
  const changed = more(model, id, units, price);
  const done = await setOffer(shop.api, shop.sale, changed, OPERATOR);
  expect(done).toMatchObject({ pendingCells: [] });
  model.setOffer(changed);
  model.hearAll();
  await poll(shop);
});

const restockUnheard = step(
  'restock without telling the cells',
  restocked,
  (id, units, price) => async (model, shop) => {
    const changed = more(model, id, units, price);
    const { kind } = await putOffer(shop.api.pool, shop.sale, changed, OPERATOR);
    if (kind === 'changed') model.setOffer(changed);
  },
);

const move = (name: SaleMove, isPaused: boolean) =>
  step(name, [], () => async (model, shop) => {
    const done = await setSaleState(shop.api, shop.sale, name, OPERATOR);
    expect(done).toMatchObject({ pendingCells: [] });
    model.isPaused = isPaused;
    model.hearAll();
    await poll(shop);
  });

const settleOne = step('settle a cell', [number], (which) => async (model, shop) => {
  const cell = which % model.cells.length;
  expect(await settleCell(shop.worker, cellsOf(shop)[cell]!.id)).toBe('idle');
  model.settle(cell);
  await poll(shop);
});

const settleAll = step('settle all', [], () => async (model, shop) => {
  await shop.settleAll();
  model.cells.forEach((_, cell) => model.settle(cell));
  await poll(shop);
});

const recoverOne = step('recover a cell', [number], (which) => async (model, shop) => {
  const cell = which % model.cells.length;
  const address = cellsOf(shop)[cell]!;
  expect(await shop.worker.recoverOnce.recover(address.id, address)).toBe('opened');
  model.settle(cell);
  await poll(shop);
});

const steps = fc.commands(
  [
    ...[buy, buy, buy, buy, rush, rush, rush, retry, retry, restock, restock, restockUnheard],
    ...[move('pause', true), move('resume', false), move('resume', false)],
    ...[settleOne, settleAll, recoverOne],
  ],
  { maxCommands: 30, size: 'max' },
);

/**
 * A whole audit follows each step: hundreds of audits of some sixty statements. A machine that is
 * busy with other work takes minutes for them; this bound ends only runs that hang.
 */
const PATIENCE_MS = 240_000;

/** All runs share it. */
let stage: Shop;
withStage('file', Shop.create, (made) => (stage = made));

/** No process looks at the sale any more. */
const forget = ({ worker, sale }: Shop) =>
  worker.pool.query('update sales set forgotten_at = now() where id = $1', [sale]);

test(
  'whatever happens to a sale, no unit is lost or created and every answer holds',
  async () => {
    const property = fc.asyncProperty(fc.integer({ min: 1, max: 4 }), steps, async (cells, run) => {
      const shop = new Shop(stage.api, stage.worker);
      try {
        const model = new ShopModel(offersAtFirst, cells);
        await shop.open(offersAtFirst, { cells });
        await shop.worker.directory.refresh();
        await fc.asyncModelRun(() => ({ model, real: shop }), run);
        await checkOrders(model, shop);
        await shop.settleAll();
        model.cells.forEach((_, cell) => model.settle(cell));
        await checkOrders(model, shop);
        await checkUnits(model, shop);
      } finally {
        await forget(shop);
      }
    });
    await fc.assert(property, {
      numRuns: 25,
      interruptAfterTimeLimit: PATIENCE_MS,
      markInterruptAsFailure: true,
    });
  },
  1.1 * PATIENCE_MS,
);
