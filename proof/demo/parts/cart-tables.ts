import Table from 'cli-table3';
import type { OrderView } from '../../../src/domain/order.ts';
import { richestOrder } from './carts.ts';
import type { CartsResult } from './carts.ts';
import { moneyOf } from '../money.ts';
import type { Money } from '../money.ts';

const STYLE = { head: [], border: [], compact: true };
/** For a column of amounts. */
const right = (content: string) => ({ content, hAlign: 'right' as const });

function potCells({ file, pots }: CartsResult, money: Money): [string, string][] {
  const ofKind = (kind: string) => pots.filter(({ pot }) => pot.startsWith(`${kind}:`));
  const nameOf = (pot: string) => pot.slice(pot.indexOf(':') + 1);
  const { currency } = file.sale;
  return [
    ...ofKind('budget').map(({ pot, amount, spent }): [string, string] => {
      const stand = `spent ${money(spent)} of ${money(amount)} ${currency}`;
      return [`budget ${nameOf(pot)}`, spent === amount ? `${stand} · dry` : stand];
    }),
    ...ofKind('quota').map(({ pot, amount, spent }): [string, string] => [
      `quota ${nameOf(pot)}`,
      `claimed ${spent} of ${amount}`,
    ]),
  ];
}

/** Answers by kind, speed, and the use of budgets, quotas and gifts. */
function answersTable(result: CartsResult, money: Money): string {
  const { notes, seconds, verdict, brokenPromises } = result;
  const kinds = Object.entries(notes.answers).toSorted(([, a], [, b]) => b - a);
  const answers = kinds.reduce((sum, [, count]) => sum + count, 0);
  const lines = notes.orders.flatMap((order) => order.lines);
  const gifts = lines.filter(({ gift }) => gift).length;
  const without = notes.orders.filter(({ outOfGifts }) => outOfGifts.length > 0).length;
  const { oversold, undersold, lost, duplicate } = verdict;
  const table = new Table({ style: STYLE });
  table.push(
    ...kinds.map(([kind, count]): [string, string] => [`answered ${kind}`, String(count)]),
    ['all answers', `${seconds.toFixed(1)} s · ${Math.round(answers / seconds)}/s`],
    ...potCells(result, money),
    ['gifts', `${gifts} given · ${without} orders came too late for a gift`],
    [
      'checked',
      `oversold ${oversold} · undersold ${undersold} · lost ${lost} · duplicate ${duplicate}` +
        ` · broken promises ${brokenPromises.length}`,
    ],
  );
  return table.toString();
}

/** Discounts of the promotions of a funder, over all stores or of one. */
interface Funder {
  readonly name: string;
  readonly byPromotion: readonly (readonly [promotion: string, discount: number])[];
}

function fundersOf({ sums }: CartsResult): Funder[] {
  const byName = new Map<string, Map<string, number>>();
  for (const { funder, store, promotion, discount } of sums.rows) {
    const name = funder === 'store' ? store : funder;
    const amounts = byName.get(name) ?? new Map<string, number>();
    byName.set(name, amounts);
    amounts.set(promotion, (amounts.get(promotion) ?? 0) + discount);
  }
  return [...byName].map(([name, amounts]) => ({ name, byPromotion: [...amounts] }));
}

/** Discounts by funder, down to the sum paid. */
function fundersTable(result: CartsResult, money: Money): string {
  const { sums, file } = result;
  const table = new Table({
    head: ['funder', 'promotion', `discount (${file.sale.currency})`, 'together'],
    style: STYLE,
  });
  for (const { name, byPromotion } of fundersOf(result)) {
    const together = byPromotion.reduce((sum, [, discount]) => sum + discount, 0);
    byPromotion.forEach(([promotion, discount], i) => {
      const isLast = i === byPromotion.length - 1;
      const end = isLast ? right(money(together)) : '';
      table.push([i === 0 ? name : '', promotion, right(money(discount)), end]);
    });
  }
  table.push(
    ['all discounts', '', '', right(money(sums.discounts))],
    ['sale prices', '', '', right(money(sums.activity))],
    ['paid', 'sale prices − discounts', '', right(money(sums.paid))],
  );
  return table.toString();
}

/** One receipt: a column per line, and a row per promotion in the order they applied. */
function receiptTable({ lines, applied, total }: OrderView, money: Money): string {
  const heads = lines.map(({ quantity, offer, gift }) => {
    return `${quantity} × ${offer}${gift ? ', a gift' : ''}`;
  });
  const table = new Table({ head: ['', ...heads, 'together'], style: STYLE });
  const row = (name: string, amounts: readonly number[], together: number, sign = '') => {
    const cells = amounts.map((amount) => right(amount === 0 ? '' : `${sign}${money(amount)}`));
    table.push([name, ...cells, right(`${sign}${money(together)}`)]);
  };
  const activity = lines.map((line) => line.activity);
  const all = activity.reduce((sum, amount) => sum + amount, 0);
  row('sale price', activity, all);
  for (const { layer, promotion, shares, discount } of applied) {
    row(layer === promotion ? layer : `${layer}: ${promotion}`, shares, discount, '−');
  }
  const nets = lines.map((line) => line.net);
  row('to pay', nets, total);
  return table.toString();
}

/** Shows the answers, the funders of discounts, and how one price came about. */
export function cartTables(result: CartsResult): string {
  const money = moneyOf(result.file.sale.currency);
  const example = richestOrder(result.notes);
  return [
    answersTable(result, money),
    fundersTable(result, money),
    ...(example ? [`order    ${example.id}`, receiptTable(example, money)] : []),
  ].join('\n');
}
