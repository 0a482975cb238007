import { randomUUID } from 'node:crypto';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { ID } from '../../../domain/ids.ts';
import type { IdempotencyKey, OrderId } from '../../../domain/ids.ts';
import type { RefundLine, RefundView } from '../../../domain/refunds/refund.ts';
import { isRefusal } from '../../../domain/refusals.ts';
import type { Refusal } from '../../../domain/refusals.ts';
import { MAX_LINES, MAX_QUANTITY } from '../../../domain/sale.ts';
import { refundOrder } from '../../../service/orders/refund-order.ts';
import { misuse, withCore } from '../session.ts';
import type { Session } from '../session.ts';

interface Asked {
  readonly line: readonly RefundLine[];
  readonly restock?: boolean;
  readonly key?: IdempotencyKey;
}

/** Adds a line of the command line, such as `0:2`, to those before it. */
function addLine(text: string, before: readonly RefundLine[] = []): RefundLine[] {
  const [, line, quantity] = /^(\d{1,3}):(\d{1,3})$/.exec(text) ?? [];
  const added = { line: Number(line), quantity: Number(quantity) };
  if (line === undefined || added.quantity < 1 || added.quantity > MAX_QUANTITY) {
    throw new InvalidArgumentError('It must be the index of a line and a quantity, such as 0:2.');
  }
  if (before.some((one) => one.line === added.line)) {
    throw new InvalidArgumentError(`Line ${line} is named twice.`);
  }
  if (before.length === MAX_LINES) {
    throw new InvalidArgumentError(`At most ${MAX_LINES} lines can be refunded at once.`);
  }
  return [...before, added];
}

function keyOf(text: string): IdempotencyKey {
  if (ID.test(text)) return text as IdempotencyKey;
  throw new InvalidArgumentError('It must be 1 to 64 letters, digits, _ or -.');
}

function whyNot(refusal: Refusal): string {
  switch (refusal.code) {
    case 'not_found':
      return 'the ledger has no such order';
    case 'key_reused':
      return 'another refund was made with this key';
    case 'conflict':
      return refusal.detail;
    case 'invalid':
      return refusal.errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ');
    default:
      return 'detail' in refusal ? `${refusal.code}: ${refusal.detail}` : refusal.code;
  }
}

function words({ id, order, state, cash, redPacket, points, restocked }: RefundView): string {
  const back = `cash ${cash} · red packet ${redPacket} (minor units) · points ${points}`;
  return `${order}: ${state} by ${id} · ${back}${restocked ? ' · restocked' : ''}`;
}

async function refund(
  { core, out, actor }: Session,
  order: string,
  { line: lines, restock = false, key }: Asked,
): Promise<void> {
  // The worker makes the call to the provider, and looks for due calls by itself.
  const deps = { pool: core.pool, courier: core.courier, onCallsDue: () => {} };
  const refunded = await refundOrder(deps, {
    order: order as OrderId,
    key: key ?? (`cli-${randomUUID()}` as IdempotencyKey),
    lines,
    restock,
    actor,
  });
  if (isRefusal(refunded)) return out.fail([`${order}: ${whyNot(refunded)}`], refunded.code);
  const { view, isReplay } = refunded;
  out.say(`${words(view)}${isReplay ? ' · was made before' : ''}`, { ...view, isReplay });
}

export function addRefundCommand(order: Command): void {
  order
    .command('refund')
    .argument('<order>', 'the id of the order')
    .requiredOption('--line <i:quantity...>', 'a line, by its index from 0, and its units', addLine)
    .option('--restock', 'the units go on sale again')
    .option('--key <key>', 'refunds once, however often you repeat it; default: a new one', keyOf)
    .description(
      'Refund units of a paid order, by the shares that their prices froze. It needs --reason',
    )
    .action((id: string, asked: Asked, command: Command) => {
      const { reason } = command.optsWithGlobals<{ reason?: string }>();
      if (reason === undefined) return misuse(command, ['say --reason why you refund']);
      return withCore(command, (session) => refund(session, id, asked));
    });
}
