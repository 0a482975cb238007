import { Command } from 'commander';
import { addAuditCommands } from './cli/audit.ts';
import { addCellCommands } from './cli/cell.ts';
import { addDeadLetterCommands } from './cli/dead-letters.ts';
import { addOrderCommands } from './cli/order.ts';
import { addPaymentCommands } from './cli/payments.ts';
import { addRedisCommands } from './cli/redis.ts';
import { addSaleCommands } from './cli/sale/sale.ts';
import { allowClosedPipes } from './cli/session.ts';
import { addStatusCommand } from './cli/status.ts';
import { endWith } from './end-with.ts';
import { addTokenCommand } from './cli/token.ts';
import { addWebhookCommands } from './cli/webhooks.ts';

const program = new Command('doorbuster')
  .description(
    'A flash-sale and checkout core: sales, orders, payments, webhooks, audit, cells, dead letters',
  )
  .showHelpAfterError('(--help shows how)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

addRedisCommands(program);
addSaleCommands(program);
addOrderCommands(program);
addStatusCommand(program);
addAuditCommands(program);
addCellCommands(program);
addDeadLetterCommands(program);
addPaymentCommands(program);
addTokenCommand(program);
addWebhookCommands(program);

allowClosedPipes();
await program.parseAsync().catch((error: Error) => endWith(error));
