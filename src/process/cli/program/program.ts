import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { Help } from 'commander';
import { PROTOCOL } from '../../../cell/protocol.ts';
import { MAX_REASON_CHARACTERS, isReason } from '../../../domain/people/change.ts';
import { ENDS_WHEN, EXIT, endAfterParsing } from '../../exit-codes.ts';
import type { ExitWord } from '../../exit-codes.ts';
import { addAuditCommands } from '../ops/audit.ts';
import { addCellCommands } from '../ops/cell.ts';
import { addDeadLetterCommands } from '../ops/dead-letters.ts';
import { addRedisCommands } from '../ops/redis.ts';
import { addStatusCommand } from '../ops/status.ts';
import { addWebhookCommands } from '../ops/webhooks.ts';
import { addOrderCommands } from '../orders/order.ts';
import { addPaymentCommands } from '../orders/payments.ts';
import { Output } from '../output.ts';
import { addChangesCommand } from '../people/changes.ts';
import { addShopperCommands } from '../people/shoppers.ts';
import { addTokenCommand } from '../people/token.ts';
import { addSaleCommands } from '../sale/sale.ts';
import { short } from './command-tree.ts';
import { addCompletionCommand } from './completion.ts';
import { addHelpCommand } from './help.ts';

const PACKAGE = join(import.meta.dirname, '../../../../package.json');
const HINT = '(--help shows how)';
const CODE_WIDTH = 3;

function reasonText(text: string): string {
  if (isReason(text)) return text;
  throw new InvalidArgumentError(`It must be 1 to ${MAX_REASON_CHARACTERS} printable characters.`);
}

/** The table of exit codes that ends the help. */
function exitCodes(help: Help): string {
  const rows = Object.entries(EXIT).map(([word, code]) => {
    const when = ENDS_WHEN[word as ExitWord].replaceAll('`', '');
    return help.formatItem(String(code), CODE_WIDTH, when, help);
  });
  return ['', 'Exit codes, and when a command or the service ends with them:', ...rows].join('\n');
}

/** Prints the release of the package, and the protocol that its scripts speak with cells. */
function printVersion(isJson: boolean): void {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string };
  const document = { version, scriptProtocol: PROTOCOL };
  new Output(isJson).say(`doorbuster ${version}, script protocol ${PROTOCOL}`, document);
}

/** What commander has to say of a wrong command line, as a document with `--json`. */
function tellMisuse(text: string, isJson: boolean): void {
  if (!isJson) process.stderr.write(text);
  else if (text.trim() !== HINT) {
    const isHelp = text.startsWith('Usage: ');
    const said = isHelp ? 'no command is named' : text.trim().replaceAll(/^error: /gm, '');
    new Output(true).fail([said], 'usage');
  }
}

/** The command line with all commands. */
export function createProgram(): Command {
  const program = new Command('doorbuster');
  // Read from the words: the version and a wrong option end the parser before it has read the rest.
  const isJson = () => process.argv.includes('--json');
  program
    .description(
      'A flash-sale and checkout core: sales, orders, payments, webhooks, audit, cells, ' +
        'dead letters',
    )
    .option('--reason <text>', 'why you make the change; it is recorded with it', reasonText)
    .option('--json', 'print JSON: one document, or one a line for a list; faults as {error, code}')
    .option('-V, --version', 'print the release and the protocol of its scripts')
    .addHelpText('after', exitCodes(program.createHelp()))
    .configureHelp({
      showGlobalOptions: true,
      subcommandDescription: (command) => short(command.description()),
    })
    .configureOutput({ writeErr: (text) => tellMisuse(text, isJson()) })
    .showHelpAfterError(HINT)
    .exitOverride(endAfterParsing);
  program.on('option:version', () => {
    printVersion(isJson());
    process.exit(EXIT.fine);
  });
  addSaleCommands(program);
  addOrderCommands(program);
  addPaymentCommands(program);
  addStatusCommand(program);
  addAuditCommands(program);
  addCellCommands(program);
  addDeadLetterCommands(program);
  addRedisCommands(program);
  addWebhookCommands(program);
  addChangesCommand(program);
  addShopperCommands(program);
  addTokenCommand(program);
  addCompletionCommand(program);
  addHelpCommand(program);
  return program;
}
