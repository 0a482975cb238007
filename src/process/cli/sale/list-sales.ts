import Table from 'cli-table3';
import type { Command } from 'commander';
import { saleHead } from '../../../domain/terms/sale-head.ts';
import { toTimestamp } from '../../../domain/timestamps.ts';
import { latestSales } from '../../../ledger/sale-row.ts';
import type { SaleRow } from '../../../ledger/sale-row.ts';
import { PLAIN } from '../output.ts';
import { withLedger } from '../session.ts';
import type { LedgerSession } from '../session.ts';

const LISTED_MOST = 1_000;

function tableOf(sales: readonly SaleRow[]): string {
  const head = ['sale', 'name', 'state', 'opens', 'closes', 'cells', 'currency'];
  const table = new Table({ head, style: PLAIN });
  for (const { id, name, state, opensAtMs, closesAtMs, cells, currency } of sales) {
    const [opens, closes] = [opensAtMs, closesAtMs].map(toTimestamp);
    table.push([id, name, state, opens, closes, cells, currency]);
  }
  return table.toString();
}

async function list({ pool, out }: LedgerSession): Promise<void> {
  const sales = await latestSales(pool, LISTED_MOST);
  out.list(sales, { empty: 'no sales', table: () => tableOf(sales) }, saleHead);
  if (sales.length === LISTED_MOST) out.note(`this shows ${LISTED_MOST}; there may be more`);
}

export function addListCommand(sale: Command): void {
  sale
    .command('list')
    .description('List all sales, closed ones too; the one that opens last comes first')
    .action((_: object, command: Command) => withLedger(command, list));
}
