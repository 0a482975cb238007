import type { Command } from 'commander';
import type { SaleId } from '../../../domain/ids.ts';
import { chainEnds } from '../../../ledger/changes/chain-ends.ts';
import { audit } from '../../../service/audit.ts';
import type { Audit } from '../../../service/audit.ts';
import { verifyWhole } from '../../../service/changes/verified-chains.ts';
import { commandEnvironment } from '../../own-or-external-servers.ts';
import { migrateLedger } from '../../reach/migrate-ledger.ts';
import { reachPostgres } from '../../reach/reach-servers.ts';
import { outputOf } from '../output.ts';
import type { Output } from '../output.ts';
import { patience, withCore } from '../session.ts';
import type { Session } from '../session.ts';

const brokenWords = (rows: Audit['brokenPromises']): string[] =>
  rows.map(({ promise, subject, detail }) => `  ${promise} ${subject}: ${detail}`);

function words(sale: string, { brokenPromises, units }: Audit): string {
  const stand = Object.entries(units).map(([name, count]) => `${name} ${count}`);
  const head = `${sale}: ${brokenPromises.length} broken promises · ${stand.join(' · ')}`;
  return [head, ...brokenWords(brokenPromises)].join('\n');
}

async function auditSale({ core, out }: Session, sale: string): Promise<void> {
  const result = await audit(core, sale as SaleId);
  if (!result) return out.fail([`there is no sale ${sale}`], 'not_found');
  out.say(words(sale, result), { sale, ...result });
  if (result.brokenPromises.length > 0) out.foundFault();
}

/** Verifies the changes of sales that Redis holds nothing of, and says what is wrong with them. */
async function auditOtherChains({ core, out }: Session): Promise<void> {
  for await (const { sale } of chainEnds(core.pool)) {
    if (sale !== null && core.directory.sale(sale)) continue;
    const brokenPromises = await verifyWhole(core.pool, sale);
    if (brokenPromises.length === 0) continue;
    const head = `${sale ?? '(no sale)'}: ${brokenPromises.length} broken promises`;
    out.say([head, ...brokenWords(brokenPromises)].join('\n'), { sale, brokenPromises });
    out.foundFault();
  }
}

async function auditAll(session: Session, sales: readonly string[]): Promise<void> {
  const live = session.core.directory.sales().map(({ sale }) => sale.id);
  for (const sale of sales.length > 0 ? sales : live) await auditSale(session, sale);
  if (sales.length === 0) await auditOtherChains(session);
}

async function migrate(out: Output): Promise<void> {
  const env = commandEnvironment();
  await reachPostgres(env, patience(out));
  const applied = await out.during('migrate', () => migrateLedger(env));
  out.say(applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`, { applied });
}

export function addAuditCommands(program: Command): void {
  program
    .command('audit')
    .argument(
      '[sale...]',
      'the sales to audit; without any, every sale in Redis and the changes of all others',
    )
    .description('Compare the cells with the ledger; exit 1 on any broken promise')
    .action((sales: string[], _: object, command: Command) =>
      withCore(command, (session) => auditAll(session, sales)),
    );
  program
    .command('migrate')
    .description('Migrate the database to this release')
    .action((_: object, command: Command) => migrate(outputOf(command)));
}
