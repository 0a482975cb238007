import { Command, InvalidArgumentError } from 'commander';
import { MAX_REASON_CHARACTERS, isReason } from '../domain/people/change.ts';
import { addAuditCommands } from './cli/ops/audit.ts';
import { addChangesCommand } from './cli/people/changes.ts';
import { addCellCommands } from './cli/ops/cell.ts';
import { addDeadLetterCommands } from './cli/ops/dead-letters.ts';
import { addOrderCommands } from './cli/orders/order.ts';
import { addPaymentCommands } from './cli/orders/payments.ts';
import { addRedisCommands } from './cli/ops/redis.ts';
import { addSaleCommands } from './cli/sale/sale.ts';
import { addShopperCommands } from './cli/people/shoppers.ts';
import { allowClosedPipes } from './cli/session.ts';
import { addStatusCommand } from './cli/ops/status.ts';
import { endWith } from './end-with.ts';
import { addTokenCommand } from './cli/people/token.ts';
import { addWebhookCommands } from './cli/ops/webhooks.ts';

function reasonText(text: string): string {
  if (isReason(text)) return text;
  throw new InvalidArgumentError(`It must be 1 to ${MAX_REASON_CHARACTERS} printable characters.`);
}

const program = new Command('doorbuster')
  .description(
    'A flash-sale and checkout core: sales, orders, payments, webhooks, audit, cells, dead letters',
  )
  .option('--reason <text>', 'why you make the change; it is recorded with it', reasonText)
  .showHelpAfterError('(--help shows how)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

addRedisCommands(program);
addSaleCommands(program);
addOrderCommands(program);
addStatusCommand(program);
addAuditCommands(program);
addCellCommands(program);
addChangesCommand(program);
addDeadLetterCommands(program);
addPaymentCommands(program);
addTokenCommand(program);
addWebhookCommands(program);
addShopperCommands(program);

allowClosedPipes();
await program.parseAsync().catch((error: Error) => endWith(error));
