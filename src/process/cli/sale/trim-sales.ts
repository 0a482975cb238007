import type { Command } from 'commander';
import type { Pool } from 'pg';
import type { Actor } from '../../../domain/people/actor.ts';
import { salesToTrim, trimSale } from '../../../ledger/privacy/trim-sale.ts';
import { cliActor, say, withLedger } from '../session.ts';
import { wholeUpTo } from '../whole-number.ts';

const DAYS_MAX = 36_500;

async function trim(pool: Pool, days: number, dryRun: boolean, actor: Actor): Promise<void> {
  const sales = await salesToTrim(pool, days);
  if (sales.length === 0) return say('nothing to drop');
  for (const sale of sales) {
    if (dryRun) {
      say(`${sale}: would be trimmed`);
      continue;
    }
    const counts = Object.entries(await trimSale(pool, sale, actor));
    say(`${sale}: dropped ${counts.map(([name, count]) => `${name} ${count}`).join(' · ')}`);
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
      withLedger((pool) => trim(pool, days, dryRun, cliActor(command))),
    );
}
