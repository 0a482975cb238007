import { Command } from 'commander';
import { addAuditCommands } from './cli/audit.ts';
import { addCellCommands } from './cli/cell.ts';
import { addDeadLetterCommands } from './cli/dead-letters.ts';
import { addOrderCommands } from './cli/order.ts';
import { addPaymentCommands } from './cli/payments.ts';
import { addSaleCommands } from './cli/sale.ts';
import { allowClosedPipes } from './cli/session.ts';
import { addTokenCommand } from './cli/token.ts';
import { addWebhookCommands } from './cli/webhooks.ts';

const program = new Command('doorbuster')
  .description(
    'A flash-sale and checkout core: sales, orders, payments, webhooks, audit, cells, dead letters',
  )
  .showHelpAfterError('(--help shows how)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

addSaleCommands(program);
addOrderCommands(program);
addAuditCommands(program);
addCellCommands(program);
addDeadLetterCommands(program);
addPaymentCommands(program);
addTokenCommand(program);
addWebhookCommands(program);

allowClosedPipes();
await program.parseAsync().catch((error: Error) => {
  process.stderr.write(`doorbuster: ${error.message || String(error)}\n`);
  process.exit(1);
});
