import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { SHOPPER_ID } from '../../../domain/ids.ts';
import type { ShopperId } from '../../../domain/ids.ts';
import { toTimestamp } from '../../../domain/timestamps.ts';
import { eraseShopper } from '../../../ledger/privacy/erase-shopper.ts';
import { dataOfShopper, salesOfShopper } from '../../../ledger/privacy/shopper-data.ts';
import type { SaleOfShopper } from '../../../ledger/privacy/shopper-data.ts';
import { withLedger } from '../session.ts';
import type { LedgerSession } from '../session.ts';

const NOTHING = 'no sale holds anything of this shopper';

const counted = (counts: object): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(' · ');

/** With --json all of it, one sale a line; else what there is of it. */
async function exportOne({ pool, out }: LedgerSession, shopper: ShopperId): Promise<void> {
  const sales = await salesOfShopper(pool, shopper);
  if (sales.length === 0) return out.note(NOTHING);
  for (const { sale, state } of sales) {
    const { balances, ...lists } = await dataOfShopper(pool, sale, shopper);
    const counts = Object.entries(lists).map(([name, list]) => [name, list.length]);
    const all = { ...Object.fromEntries(counts), balances: balances ? 1 : 0 };
    const document = { sale, state, shopper, ...lists, balances };
    out.say(`${sale} (${state}): ${counted(all)}`, document);
  }
  if (!out.isJson) out.note('--json prints all of it');
}

const OBSTACLES = {
  draft: 'is a draft: open and close it, or delete it',
  live: 'is still live: close it, and wait a day until its keys have left Redis',
  unreadable: 'has a dead letter that nobody can read: release it first',
} as const satisfies Record<NonNullable<SaleOfShopper['obstacle']>, string>;

/** Why a shopper cannot be erased in a sale yet; null: nothing is in the way. */
function obstacleIn({ obstacle, keysUntilMs }: SaleOfShopper): string | null {
  if (obstacle !== 'live' || keysUntilMs === null) return obstacle && OBSTACLES[obstacle];
  const until = toTimestamp(keysUntilMs);
  return `is closed, but its keys stay in Redis until ${until} or a little later: try again then`;
}

async function eraseOne({ pool, out, actor }: LedgerSession, shopper: ShopperId): Promise<void> {
  const sales = await salesOfShopper(pool, shopper);
  if (sales.length === 0) return out.note(NOTHING);
  const left: string[] = [];
  for (const one of sales) {
    const { sale } = one;
    const why = obstacleIn(one);
    if (why !== null) {
      left.push(`${sale} ${why}`);
      continue;
    }
    const erased = await eraseShopper(pool, sale, shopper, actor);
    out.say(`${sale}: erased; ${counted(erased)}`, { sale, erased });
  }
  if (left.length > 0) out.fail(['not erased everywhere:', ...left], 'conflict');
}

function shopperId(text: string): ShopperId {
  if (SHOPPER_ID.test(text)) return text as ShopperId;
  throw new InvalidArgumentError('It must be the `sub` of a token, 1 to 128 ASCII characters.');
}

export function addShopperCommands(program: Command): void {
  const shoppers = program.command('shoppers').description('What is kept of a shopper');
  shoppers
    .command('export')
    .argument('<sub>', 'the `sub` in the tokens of the shopper', shopperId)
    .description(
      'Count what sales hold of a shopper: orders, claims, coupons, balances. With --json, print ' +
        'all of it, one sale a line',
    )
    .action((sub: ShopperId, _: object, command: Command) =>
      withLedger(command, (session) => exportOne(session, sub)),
    );
  shoppers
    .command('erase')
    .argument('<sub>', 'the `sub` in the tokens of the shopper', shopperId)
    .description(
      'Replace the id of a shopper by a random pseudonym in all closed sales. Units and money ' +
        'stay. It names the drafts and live sales that hold something of the shopper, and ends ' +
        'with 1 if there are any',
    )
    .action((sub: ShopperId, _: object, command: Command) =>
      withLedger(command, (session) => eraseOne(session, sub)),
    );
}
