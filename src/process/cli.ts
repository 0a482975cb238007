import { Command } from 'commander';
import { addAuditCommands } from './cli/audit.ts';
import { addSaleCommands } from './cli/sale.ts';
import { addTokenCommand } from './cli/token.ts';

const program = new Command('doorbuster')
  .description('A flash-sale and checkout core: sales, audit, dead letters, development tokens')
  .showHelpAfterError('(--help shows how)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

addSaleCommands(program);
addAuditCommands(program);
addTokenCommand(program);

await program.parseAsync().catch((error: Error) => {
  process.stderr.write(`doorbuster: ${error.message || String(error)}\n`);
  process.exit(1);
});
