import type { Command } from 'commander';
import { salesToTrim, trimSale } from '../../../ledger/privacy/trim-sale.ts';
import { withLedger } from '../session.ts';
import type { LedgerSession } from '../session.ts';
import { wholeUpTo } from '../whole-number.ts';

const DAYS_MAX = 36_500;

async function trim(
  { pool, out, actor }: LedgerSession,
  days: number,
  dryRun: boolean,
): Promise<void> {
  const sales = await salesToTrim(pool, days);
  if (sales.length === 0 && !out.isJson) out.say('nothing to drop', null);
  for (const sale of sales) {
    if (dryRun) {
      out.say(`${sale}: would be trimmed`, { sale, dropped: null });
      continue;
    }
    const dropped = await trimSale(pool, sale, actor);
    const counts = Object.entries(dropped).map(([name, count]) => `${name} ${count}`);
    out.say(`${sale}: dropped ${counts.join(' · ')}`, { sale, dropped });
  }
}

export function addTrimCommand(sale: Command): void {
  sale
    .command('trim')
    .argument('<days>', 'sales that closed longer ago than this', wholeUpTo(DAYS_MAX, 1))
    .option('--dry-run', 'only list the sales')
    .description(
      'Drop the working papers of closed sales: documents, messages to endpoints, entries and ' +
        'instructions. Orders, money, units and changes stay',
    )
    .action((days: number, { dryRun = false }: { dryRun?: boolean }, command: Command) =>
      withLedger(command, (session) => trim(session, days, dryRun)),
    );
}
