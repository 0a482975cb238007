import type { Command } from 'commander';
import { audit } from '../../../service/audit.ts';
import { commandEnvironment } from '../../own-or-external-servers.ts';
import { migrateLedger } from '../../reach/migrate-ledger.ts';
import { reachPostgres } from '../../reach/reach-servers.ts';
import type { Core } from '../../wiring/wire-core.ts';
import { PATIENCE, fail, say, withCore } from '../session.ts';

async function auditSale(core: Core, sale: string): Promise<number> {
  const place = core.directory.sale(sale);
  const result = place && (await audit(core, place.sale.id));
  if (!result) {
    fail([`there is no sale ${sale}`]);
    return 0;
  }
  const { brokenPromises, units } = result;
  const stand = Object.entries(units).map(([name, count]) => `${name} ${count}`);
  say(`${sale}: ${brokenPromises.length} broken promises · ${stand.join(' · ')}`);
  for (const { promise, subject, detail } of brokenPromises) {
    say(`  ${promise} ${subject}: ${detail}`);
  }
  return brokenPromises.length;
}

async function auditAll(sales: readonly string[]): Promise<void> {
  await withCore(async (core) => {
    const chosen = sales.length > 0 ? sales : core.directory.sales().map(({ sale }) => sale.id);
    let broken = 0;
    for (const sale of chosen) broken += await auditSale(core, sale);
    if (broken > 0) process.exitCode = 1;
  });
}

export function addAuditCommands(program: Command): void {
  program
    .command('audit')
    .argument('[sale...]', 'the sales to audit; without any, every sale')
    .description('Compare the cells with the ledger; exit 1 on any broken promise')
    .action(auditAll);
  program
    .command('migrate')
    .description('Migrate the database to this release')
    .action(async () => {
      const env = commandEnvironment();
      await reachPostgres(env, PATIENCE);
      const applied = await migrateLedger(env);
      say(applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`);
    });
}
