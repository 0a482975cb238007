import Table from 'cli-table3';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { SaleId } from '../../../domain/ids.ts';
import { isRefusal } from '../../../domain/refusals.ts';
import { fromTimestamp, isTimestamp } from '../../../domain/timestamps.ts';
import type { ChangeView } from '../../../service/changes/change-view.ts';
import { changesOf } from '../../../service/changes/changes-of.ts';
import { PLAIN } from '../output.ts';
import { withLedger } from '../session.ts';
import type { LedgerSession } from '../session.ts';

interface Chosen {
  readonly since?: number;
  readonly subject?: string;
  readonly shopper?: string;
}

const PAGE = 100;
/** A longer value is cut in the table; --json has all of it. */
const VALUE_MAX = 60;

const HEAD = ['number', 'at', 'who', 'what', 'of', 'change', 'reason'];

function words(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}…` : text;
}

const fieldsOf = (document: unknown): Record<string, unknown> =>
  (document ?? {}) as Record<string, unknown>;

/** The fields that differ, one a line. */
function difference({ before, after }: ChangeView): string {
  const [was, is] = [fieldsOf(before), fieldsOf(after)];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return names
    .filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]))
    .map((name) => {
      if (before === null) return `${name} ${words(is[name])}`;
      if (after === null) return `${name} was ${words(was[name])}`;
      return `${name} ${words(was[name])} → ${words(is[name])}`;
    })
    .join('\n');
}

function row(change: ChangeView): string[] {
  const { number, at, sub, role, what, subject, reason } = change;
  const who = `${sub ?? ''} (${role})`;
  return [String(number), at, who, what, subject, difference(change), reason ?? ''];
}

/** Lines of JSON leave page by page; the table is printed when its last row is known. */
async function list(
  { pool, out }: LedgerSession,
  sale: string | undefined,
  chosen: Chosen,
): Promise<void> {
  const { since = null, subject = null, shopper = null } = chosen;
  const filter = { subject, shopper, fromMs: since, untilMs: null, limit: PAGE };
  const table = new Table({ head: HEAD, style: PLAIN });
  for (let cursor: string | null = null, isLast = false; !isLast;) {
    const asked = { ...filter, cursor };
    const page = await changesOf({ pool }, (sale ?? null) as SaleId | null, asked, null);
    if (isRefusal(page)) return out.fail([`there is no sale ${sale}`], page.code);
    for (const change of page.items) {
      if (out.isJson) out.say('', change);
      else table.push(row(change));
    }
    ({ next: cursor } = page);
    isLast = cursor === null;
  }
  if (!out.isJson) out.say(table.length === 0 ? 'no changes' : table.toString(), null);
}

function time(text: string): number {
  if (isTimestamp(text)) return fromTimestamp(text);
  throw new InvalidArgumentError('It must be a time with a zone, e.g. 2026-11-11T00:00:00+08:00.');
}

export function addChangesCommand(program: Command): void {
  program
    .command('changes')
    .argument('[sale]', 'the id of the sale; without it, the changes that belong to no sale')
    .option('--since <time>', 'only changes from this time on', time)
    .option('--subject <subject>', 'only changes of this thing, e.g. sale, offer:mug')
    .option('--shopper <sub>', 'only changes of the balances of this shopper')
    .description('List who changed what and why, oldest first')
    .action((sale: string | undefined, chosen: Chosen, command: Command) =>
      withLedger(command, (session) => list(session, sale, chosen)),
    );
}
