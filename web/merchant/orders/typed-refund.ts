import type { OrderDetails, RefundBody } from '../../../client/index.ts';
import { fieldsOf } from '../../kit/api/ask-json.ts';
import { isOpenEnded } from '../../kit/api/open-ended.ts';
import type { Problem } from '../../kit/api/problem.ts';
import { countOf } from '../typed/amounts.ts';

type Line = OrderDetails['lines'][number];

/** A refund as it is typed, kept until its answer is known: a reload must not lose its key. */
export interface TypedRefund {
  /** What is typed, by line. */
  readonly units: Readonly<Record<string, string>>;
  readonly restock: boolean;
  /** The refund that was sent and has no answer yet; null: none. */
  readonly sent: SentRefund | null;
}

export interface SentRefund {
  /** The service makes a refund once for each. */
  readonly key: string;
  readonly body: RefundBody;
}

export const EMPTY_REFUND: TypedRefund = { units: {}, restock: true, sent: null };

const PAID: readonly string[] = ['paid', 'partly_refunded'] satisfies OrderDetails['state'][];

/** The lines of which units may be refunded. Gifts go along with the last refund. */
export const refundable = ({ lines, state }: Pick<OrderDetails, 'lines' | 'state'>) =>
  PAID.includes(state) ? lines.filter((line) => line.gift !== true && unitsLeft(line) > 0) : [];

/** The units of a line that are not refunded yet. */
export const unitsLeft = ({ quantity, refunded = 0 }: Pick<Line, 'quantity' | 'refunded'>) =>
  quantity - refunded;

/** How many units of a line are to be refunded; null: what is typed is no such number. */
export function unitsOf(typed: TypedRefund, line: Line): number | null {
  const text = typed.units[line.line] ?? '';
  if (text.trim() === '') return 0;
  const units = countOf(text);
  return units === null || units > unitsLeft(line) ? null : units;
}

/** @returns null while nothing is chosen, or something typed is wrong */
export function bodyOf(typed: TypedRefund, lines: readonly Line[]): RefundBody | null {
  const chosen = lines.map((line) => ({ line: line.line, quantity: unitsOf(typed, line) }));
  const named: { line: number; quantity: number }[] = [];
  for (const { line, quantity } of chosen) {
    if (quantity === null) return null;
    if (quantity > 0) named.push({ line, quantity });
  }
  return named.length === 0 ? null : { lines: named, restock: typed.restock };
}

/** What is kept of a refund that failed. After a refusal, the next press is a new refund. */
export const stillOpen = (sent: SentRefund, problem: Pick<Problem, 'code'>): SentRefund | null =>
  isOpenEnded(problem) ? sent : null;

const isLine = (value: unknown): value is RefundBody['lines'][number] => {
  const { line, quantity } = fieldsOf(value);
  return typeof line === 'number' && typeof quantity === 'number';
};

function readSent(stored: unknown): SentRefund | null {
  const { key, body } = fieldsOf(stored);
  const { lines, restock } = fieldsOf(body);
  if (typeof key !== 'string' || typeof restock !== 'boolean' || !Array.isArray(lines)) return null;
  return lines.every(isLine) ? { key, body: { lines, restock } } : null;
}

/** Checks what the tab kept. */
export function readRefund(stored: unknown): TypedRefund | null {
  const { restock, sent, units } = fieldsOf(stored);
  if (typeof restock !== 'boolean') return null;
  const texts = Object.entries(fieldsOf(units)).flatMap(([line, text]) =>
    typeof text === 'string' ? [[line, text] as const] : [],
  );
  return { units: Object.fromEntries(texts), restock, sent: readSent(sent) };
}
