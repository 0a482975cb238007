import type { Command } from 'commander';
import Table from 'cli-table3';
import type { SaleId } from '../../../domain/ids.ts';
import type { Actor } from '../../../domain/people/actor.ts';
import { isRefusal } from '../../../domain/refusals.ts';
import { parseDeliveryName } from '../../../domain/webhook.ts';
import type { WebhookScope } from '../../../domain/webhook.ts';
import type { WebhookName } from '../../../ledger/webhooks/endpoints.ts';
import { replayDeliveries, webhookDeliveries } from '../../../service/webhooks/deliveries.ts';
import { deleteWebhook, webhooksOf } from '../../../service/webhooks/endpoints.ts';
import type { WebhookView } from '../../../service/webhooks/endpoints.ts';
import type { Environment } from '../../own-or-external-servers.ts';
import type { Core } from '../../wiring/wire-core.ts';
import { PLAIN, cliActor, fail, say, withCore } from '../session.ts';

const LIST_MOST = 100;

/** The store whose merchant made an endpoint; without it, an operator did. */
interface Whose {
  readonly store?: string;
}

/** Stands for all sales in place of the id of one. */
const ALL_SALES = '-';
const SALE = 'the id of the sale; - for the endpoints for all sales';

const scopeOf = (sale: string): WebhookScope => (sale === ALL_SALES ? null : (sale as SaleId));

const nameOf = (sale: string, id: string, { store }: Whose): WebhookName => ({
  sale: scopeOf(sale),
  id,
  store: store ?? null,
});

function noWebhook({ sale, id, store }: WebhookName): string {
  const where = sale === null ? 'all sales' : `a sale ${sale}`;
  return `there is no webhook ${id} of ${store === null ? '' : `the store ${store} in `}${where}`;
}

const depsOf = ({ pool }: Core, { config }: Environment) => ({
  pool,
  allowPrivate: config.webhookAllowPrivate,
});

/** @returns null when there is no such sale */
async function allWebhooks(
  core: Core,
  env: Environment,
  sale: string,
): Promise<WebhookView[] | null> {
  const found: WebhookView[] = [];
  let cursor: string | null = null;
  do {
    const asked = { cursor, limit: LIST_MOST };
    const page = await webhooksOf(depsOf(core, env), scopeOf(sale), null, asked);
    if (isRefusal(page)) return null;
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return found;
}

async function list(core: Core, env: Environment, sale: string): Promise<void> {
  const found = await allWebhooks(core, env, sale);
  if (found === null) return fail([`there is no sale ${sale}`]);
  if (found.length === 0) return say('no webhooks');
  const table = new Table({ head: ['webhook', 'owner', 'store', 'kinds', 'url'], style: PLAIN });
  for (const { id, owner, store, kinds, url } of found) {
    table.push([id, owner ?? 'operator', store ?? 'all', kinds.join(' '), url]);
  }
  say(table.toString());
}

/** Lists the oldest hundred, each with the reason it was given up. */
async function dead(core: Core, env: Environment, name: WebhookName): Promise<void> {
  const asked = { states: ['dead'], kind: null, cursor: null, limit: LIST_MOST } as const;
  const found = await webhookDeliveries(depsOf(core, env), name, asked);
  if (isRefusal(found)) return fail([noWebhook(name)]);
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
  name: WebhookName,
  names: readonly string[],
  actor: Actor,
): Promise<void> {
  const wrong = names.filter((one) => parseDeliveryName(one) === null);
  if (wrong.length > 0) {
    return fail(wrong.map((one) => `${one} is not the id of a delivery, such as delivery_123`));
  }
  const some = names.length > 0 ? names : null;
  const answer = await replayDeliveries(depsOf(core, env), name, some, actor);
  if (isRefusal(answer)) return fail([noWebhook(name)]);
  const { replayed, passedOver } = answer;
  const rest = passedOver > 0 ? `, ${passedOver} skipped: not dead, or not of ${name.id}` : '';
  say(`${replayed} to be sent again${rest}`);
}

async function remove(
  core: Core,
  env: Environment,
  name: WebhookName,
  actor: Actor,
): Promise<void> {
  const removed = await deleteWebhook(depsOf(core, env), name, actor);
  if (isRefusal(removed)) return fail([noWebhook(name)]);
  say('deleted');
}

const ofOne = (webhooks: Command, name: string, description: string): Command =>
  webhooks
    .command(name)
    .argument('<sale>', SALE)
    .argument('<webhook>', 'the name of the endpoint')
    .option('--store <store>', 'the store whose merchant made it; without it, an operator did')
    .description(description);

export function addWebhookCommands(program: Command): void {
  const webhooks = program
    .command('webhooks')
    .description('Endpoints that receive events of a sale, or of all sales');
  webhooks
    .command('list')
    .argument('<sale>', SALE)
    .description('List the endpoints of a sale with their owners and event kinds')
    .action((sale: string) => withCore((core, env) => list(core, env, sale)));
  ofOne(webhooks, 'dead', `List the oldest ${LIST_MOST} deliveries given up, and why`).action(
    (sale: string, id: string, whose: Whose) =>
      withCore((core, env) => dead(core, env, nameOf(sale, id, whose))),
  );
  ofOne(webhooks, 'replay', 'Send deliveries again that were given up')
    .argument('[deliveries...]', 'their ids; without any, all that were given up')
    .action((sale: string, id: string, names: string[], whose: Whose, command: Command) =>
      withCore((core, env) => replay(core, env, nameOf(sale, id, whose), names, cliActor(command))),
    );
  ofOne(webhooks, 'delete', 'Delete an endpoint and its unsent deliveries').action(
    (sale: string, id: string, whose: Whose, command: Command) =>
      withCore((core, env) => remove(core, env, nameOf(sale, id, whose), cliActor(command))),
  );
}
