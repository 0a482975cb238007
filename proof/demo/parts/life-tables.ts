import Table from 'cli-table3';
import type { Count } from './life-sums.ts';
import type { LivesResult } from './lives.ts';
import { moneyOf } from '../money.ts';

const STYLE = { head: [], border: [], compact: true };
/** For a column of numbers. */
const right = (content: string) => ({ content, hAlign: 'right' as const });

/** The fate of orders, units and money, from the notes of the clients. */
function lifeTable({ file, sums, books }: LivesResult): string {
  const { currency } = file.sale;
  const money = moneyOf(currency);
  const table = new Table({ head: ['', 'orders', 'units', currency], style: STYLE });
  const row = (name: string, { orders, units, money: minor }: Partial<Count>) => {
    const cells = [orders, units].map((count) => right(count === undefined ? '' : String(count)));
    table.push([name, ...cells, right(minor === undefined ? '' : money(minor))]);
  };
  row('placed', sums.placed);
  row('expired', sums.expired);
  row('cancelled', sums.cancelled);
  row('bought after sold_out', sums.secondTries);
  row('paid', sums.paid);
  row('refunded', sums.refunded);
  row('refunded and on sale again', sums.restocked);
  row('paid − refunded', { units: sums.unitsKept, money: sums.moneyKept });
  row('the sandbox: captured − refunded', { money: books.captured - books.refunded });
  return table.toString();
}

/** Answers by kind, events, and the findings of the checker. */
function answersTable({ answers, seconds, facts, duplicates, ...checked }: LivesResult): string {
  const kinds = Object.entries(answers).toSorted(([, a], [, b]) => b - a);
  const { moved, known, late } = facts.events;
  const { oversold, undersold, lost, duplicate } = checked.verdict;
  const table = new Table({ style: STYLE });
  table.push(
    ...kinds.map(([kind, count]): [string, string] => [`answered ${kind}`, String(count)]),
    ['time until all was sold for good', `${seconds.toFixed(1)} s`],
    ['events', `${moved + known} · ${duplicates} came twice · ${late} late, with nothing new`],
    [
      'checked',
      `oversold ${oversold} · undersold ${undersold} · lost ${lost} · duplicate ${duplicate}` +
        ` · broken promises ${checked.brokenPromises.length}`,
    ],
  );
  return table.toString();
}

/** Shows the fate of every order and of the money. */
export const lifeTables = (result: LivesResult): string =>
  [answersTable(result), lifeTable(result)].join('\n');

/** In units: paid + refunded − restocked must equal the cap. */
export function lifeLine({ sums, verdict }: LivesResult): string {
  const { unitsKept, refunded, restocked, expired } = sums;
  const left = verdict.cap - sums.unitsForGood;
  const again = left === 0 ? 'all sold again' : `${left} not sold again`;
  return (
    `paid ${unitsKept} · refunded ${refunded.units} · restocked ${restocked.units} · ` +
    `expired ${expired.units} (${again})`
  );
}
