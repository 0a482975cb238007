import type { ClientBase } from 'pg';
import { readCatalogue } from './catalogue.ts';
import type { Table } from './catalogue.ts';
import { readMigrationWords } from './migration-words.ts';
import type { MigrationWords } from './migration-words.ts';

const HEAD = `\
-- The whole schema on one page, for reading: the migrations make the database.
-- \`npm run schema\` writes this file from them; do not edit it.
-- Money is in minor units; ids compare by code unit (collate "C").`;

/** One less than the longest line, because a comma may follow. */
const WIDTH = 99;

/** Postgres answers in upper case and in long forms. A reader wants the short ones. */
const plain = (sql: string): string =>
  sql
    .replaceAll(/'(?:[^']|'')*'|"[^"]*"|[^'"]+/g, (part) =>
      /^['"]/.test(part) ? part : part.toLowerCase(),
    )
    .replaceAll(/('(?:[^']|'')*')::(?:text|jsonb)(?:\[\])?/g, '$1')
    .replaceAll(/ = any \(array\[([^\]]*)\]\)/g, ' in ($1)')
    .replaceAll('timestamp with time zone', 'timestamptz')
    .replaceAll(/\b(?:or replace|using btree) /g, '')
    .replaceAll('public.', '');

/** Breaks a long line at spaces, and indents what follows. */
function wrap(line: string, indent: string): string {
  const lines = [indent];
  for (const word of line.split(' ')) {
    const last = lines.at(-1)!;
    const isFirst = last.trim() === '';
    if (!isFirst && last.length + 1 + word.length > WIDTH) lines.push(`${indent}  ${word}`);
    else lines[lines.length - 1] = isFirst ? last + word : `${last} ${word}`;
  }
  return lines.join('\n');
}

const commented = ({ comments }: MigrationWords, name: string, text: string): string =>
  [...(comments.get(name) ?? []), text].join('\n');

function tableText({ name, parts, more }: Table, words: MigrationWords): string {
  const inside = parts.map((part) => wrap(plain(part), '  ')).join(',\n');
  const table = commented(words, name, `create table ${name} (\n${inside}\n);`);
  return [
    table,
    ...more.map((one) => commented(words, one.name, wrap(`${plain(one.text)};`, ''))),
  ].join('\n');
}

function viewText(name: string, words: MigrationWords): string {
  const text = words.views.get(name);
  if (!text) throw new Error(`no migration creates the view ${name} in a form that can be read`);
  return commented(words, name, text);
}

/**
 * Writes the schema of a migrated database: functions, tables and views, each by name.
 * @param migrations the folder of the migrations, which give comments and views
 */
export async function dumpSchema(client: ClientBase, migrations: string): Promise<string> {
  const { functions, tables, views } = await readCatalogue(client);
  const words = readMigrationWords(migrations);
  const blocks = [
    HEAD,
    ...functions.map(({ name, text }) => commented(words, name, `${plain(text).trimEnd()};`)),
    ...tables.map((table) => tableText(table, words)),
    ...views.map((name) => viewText(name, words)),
  ];
  return `${blocks.join('\n\n')}\n`;
}
