import type { Command } from 'commander';
import Table from 'cli-table3';
import type { SaleId } from '../../domain/ids.ts';
import { replayDeliveries, webhookDeliveries, webhooksOf } from '../../service/webhooks.ts';
import type { Environment } from '../environment.ts';
import type { Core } from '../wire.ts';
import { PLAIN, fail, say, withCore } from './session.ts';

const LIST_MOST = 100;

const depsOf = ({ pool }: Core, { config }: Environment) => ({
  pool,
  allowPrivate: config.webhookAllowPrivate,
});

async function list(core: Core, env: Environment, sale: string): Promise<void> {
  const found = await webhooksOf(depsOf(core, env), sale as SaleId, null);
  if ('code' in found) return fail([`there is no sale ${sale}`]);
  if (found.length === 0) return say('no webhooks');
  const table = new Table({ head: ['webhook', 'store', 'kinds', 'url'], style: PLAIN });
  for (const { id, store, kinds, url } of found) {
    table.push([id, store ?? 'all', kinds.join(' '), url]);
  }
  say(table.toString());
}

/** The oldest hundred: each says why it was given up. */
async function dead(core: Core, env: Environment, sale: string, id: string): Promise<void> {
  const name = { sale: sale as SaleId, id, store: null };
  const asked = { state: 'dead', cursor: null, limit: LIST_MOST } as const;
  const found = await webhookDeliveries(depsOf(core, env), name, asked);
  if ('code' in found) return fail([`there is no webhook ${id} of a sale ${sale}`]);
  if (found.items.length === 0) return say('no dead deliveries');
  const table = new Table({ head: ['delivery', 'kind', 'since', 'tries', 'error'], style: PLAIN });
  for (const { id: delivery, kind, createdAt, tries, error } of found.items) {
    table.push([delivery, kind, createdAt, tries, error ?? '']);
  }
  say(table.toString());
}

async function replay(
  core: Core,
  env: Environment,
  [sale, id, names]: readonly [sale: string, id: string, names: readonly string[]],
): Promise<void> {
  const name = { sale: sale as SaleId, id, store: null };
  const some = names.length > 0 ? names : null;
  const answer = await replayDeliveries(depsOf(core, env), name, some);
  if (!('code' in answer)) return say(`${answer.replayed} to be sent again`);
  if (answer.code !== 'invalid') return fail([`there is no webhook ${id} of a sale ${sale}`]);
  fail(answer.errors.map(({ pointer, detail }) => `${pointer}: ${detail}`));
}

export function addWebhookCommands(program: Command): void {
  const webhooks = program.command('webhooks').description('Where events of a sale go');
  webhooks
    .command('list')
    .argument('<sale>')
    .description('Endpoints of a sale, and what they hear of')
    .action((sale: string) => withCore((core, env) => list(core, env, sale)));
  webhooks
    .command('dead')
    .argument('<sale>')
    .argument('<webhook>')
    .description(`Deliveries given up, the oldest ${LIST_MOST}, and why`)
    .action((sale: string, id: string) => withCore((core, env) => dead(core, env, sale, id)));
  webhooks
    .command('replay')
    .argument('<sale>')
    .argument('<webhook>')
    .argument('[deliveries...]', 'which; default: all that were given up')
    .description('Send once more what was given up')
    .action((sale: string, id: string, names: string[]) =>
      withCore((core, env) => replay(core, env, [sale, id, names])),
    );
}
