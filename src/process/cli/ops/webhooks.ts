import type { Command } from 'commander';
import Table from 'cli-table3';
import type { SaleId } from '../../../domain/ids.ts';
import { isRefusal } from '../../../domain/refusals.ts';
import type { Refusal } from '../../../domain/refusals.ts';
import { parseDeliveryName } from '../../../domain/webhook.ts';
import type { WebhookScope } from '../../../domain/webhook.ts';
import type { WebhookName } from '../../../ledger/webhooks/endpoints.ts';
import { replayDeliveries, webhookDeliveries } from '../../../service/webhooks/deliveries.ts';
import { deleteWebhook, webhooksOf } from '../../../service/webhooks/endpoints.ts';
import type { WebhookView } from '../../../service/webhooks/endpoints.ts';
import { PLAIN } from '../output.ts';
import { misuse, withCore } from '../session.ts';
import type { Session } from '../session.ts';

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

const depsOf = ({ core, env }: Session) => ({
  pool: core.pool,
  allowPrivate: env.config.webhookAllowPrivate,
});

/** @returns null when there is no such sale */
async function allWebhooks(session: Session, sale: string): Promise<WebhookView[] | null> {
  const found: WebhookView[] = [];
  let cursor: string | null = null;
  do {
    const asked = { cursor, limit: LIST_MOST };
    const page = await webhooksOf(depsOf(session), scopeOf(sale), null, asked);
    if (isRefusal(page)) return null;
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return found;
}

async function list(session: Session, sale: string): Promise<void> {
  const { out } = session;
  const found = await allWebhooks(session, sale);
  if (found === null) return out.fail([`there is no sale ${sale}`], 'not_found');
  const table = new Table({
    head: ['webhook', 'owner', 'store', 'state', 'kinds', 'url'],
    style: PLAIN,
  });
  for (const { id, owner, store, enabled, kinds, url } of found) {
    const state = enabled ? 'enabled' : 'disabled';
    table.push([id, owner ?? 'operator', store ?? 'all', state, kinds.join(' '), url]);
  }
  out.list(found, { empty: 'no webhooks', table: () => table.toString() });
}

/** Lists the oldest hundred, each with the reason it was given up. */
async function dead(session: Session, name: WebhookName): Promise<void> {
  const { out } = session;
  const page = { isNewestFirst: false, cursor: null, limit: LIST_MOST };
  const asked = { states: ['dead'], kind: null, ...page } as const;
  const found = await webhookDeliveries(depsOf(session), name, asked);
  if (isRefusal(found)) return out.fail([noWebhook(name)], found.code);
  const table = new Table({ head: ['delivery', 'kind', 'since', 'tries', 'error'], style: PLAIN });
  for (const { id: delivery, kind, createdAt, tries, error } of found.items) {
    table.push([delivery, kind, createdAt, tries, error ?? '']);
  }
  out.list(found.items, { empty: 'no dead deliveries', table: () => table.toString() });
}

const whyNoReplay = (refusal: Refusal, name: WebhookName): string =>
  refusal.code === 'conflict' ? (refusal.detail ?? refusal.code) : noWebhook(name);

/** @param names of the deliveries; none: all that were given up */
async function replay(
  session: Session,
  name: WebhookName,
  names: readonly string[],
): Promise<void> {
  const { out, actor } = session;
  const some = names.length > 0 ? names : null;
  const answer = await replayDeliveries(depsOf(session), name, some, actor);
  if (isRefusal(answer)) return out.fail([whyNoReplay(answer, name)], answer.code);
  const { replayed, passedOver } = answer;
  const rest = passedOver > 0 ? `, ${passedOver} skipped: not dead, or not of ${name.id}` : '';
  out.say(`${replayed} to be sent again${rest}`, { replayed, skipped: passedOver });
}

async function remove(session: Session, name: WebhookName): Promise<void> {
  const { out, actor } = session;
  const removed = await deleteWebhook(depsOf(session), name, actor);
  if (isRefusal(removed)) return out.fail([noWebhook(name)], removed.code);
  out.say('deleted', { ...name, deleted: true });
}

const ofOne = (webhooks: Command, name: string, description: string): Command =>
  webhooks
    .command(name)
    .argument('<sale>', SALE)
    .argument('<webhook>', 'the name of the endpoint')
    .option('--store <store>', 'the store whose merchant made it; without it, an operator did')
    .description(description);

function replaying(name: WebhookName, names: readonly string[], command: Command): Promise<void> {
  const wrong = names.filter((one) => parseDeliveryName(one) === null);
  if (wrong.length === 0) return withCore(command, (session) => replay(session, name, names));
  const faults = wrong.map((one) => `${one} is not the id of a delivery, such as delivery_123`);
  return misuse(command, faults);
}

export function addWebhookCommands(program: Command): void {
  const webhooks = program
    .command('webhooks')
    .description('Endpoints that receive events of a sale, or of all sales');
  webhooks
    .command('list')
    .argument('<sale>', SALE)
    .description('List the endpoints of a sale with their owners and event kinds')
    .action((sale: string, _: object, command: Command) =>
      withCore(command, (session) => list(session, sale)),
    );
  ofOne(webhooks, 'dead', `List the oldest ${LIST_MOST} deliveries given up, and why`).action(
    (sale: string, id: string, whose: Whose, command: Command) =>
      withCore(command, (session) => dead(session, nameOf(sale, id, whose))),
  );
  ofOne(webhooks, 'replay', 'Send deliveries again that were given up')
    .argument('[deliveries...]', 'their ids; without any, all that were given up')
    .action((sale: string, id: string, names: string[], whose: Whose, command: Command) =>
      replaying(nameOf(sale, id, whose), names, command),
    );
  ofOne(webhooks, 'delete', 'Delete an endpoint and its unsent deliveries').action(
    (sale: string, id: string, whose: Whose, command: Command) =>
      withCore(command, (session) => remove(session, nameOf(sale, id, whose))),
  );
}
