import type { Command } from 'commander';
import { audit } from '../../../service/audit.ts';
import type { Audit } from '../../../service/audit.ts';
import { commandEnvironment } from '../../own-or-external-servers.ts';
import { migrateLedger } from '../../reach/migrate-ledger.ts';
import { reachPostgres } from '../../reach/reach-servers.ts';
import { outputOf } from '../output.ts';
import type { Output } from '../output.ts';
import { patience, withCore } from '../session.ts';
import type { Session } from '../session.ts';

function words(sale: string, { brokenPromises, units }: Audit): string {
  const stand = Object.entries(units).map(([name, count]) => `${name} ${count}`);
  const head = `${sale}: ${brokenPromises.length} broken promises · ${stand.join(' · ')}`;
  const broken = brokenPromises.map(({ promise, subject, detail }) => {
    return `  ${promise} ${subject}: ${detail}`;
  });
  return [head, ...broken].join('\n');
}

async function auditSale({ core, out }: Session, sale: string): Promise<void> {
  const known = core.directory.sale(sale);
  const result = known && (await audit(core, known.sale.id));
  if (!result) return out.fail([`there is no sale ${sale}`], 'not_found');
  out.say(words(sale, result), { sale, ...result });
  if (result.brokenPromises.length > 0) out.foundFault();
}

async function auditAll(session: Session, sales: readonly string[]): Promise<void> {
  const all = session.core.directory.sales().map(({ sale }) => sale.id);
  for (const sale of sales.length > 0 ? sales : all) await auditSale(session, sale);
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
    .argument('[sale...]', 'the sales to audit; without any, every sale')
    .description('Compare the cells with the ledger; exit 1 on any broken promise')
    .action((sales: string[], _: object, command: Command) =>
      withCore(command, (session) => auditAll(session, sales)),
    );
  program
    .command('migrate')
    .description('Migrate the database to this release')
    .action((_: object, command: Command) => migrate(outputOf(command)));
}
