import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The parts of the migrations' text that Postgres does not keep. */
export interface MigrationWords {
  /** The comments right above the statements that create or alter a thing, oldest first. */
  readonly comments: ReadonlyMap<string, readonly string[]>;
  /** The last statement that creates a view. */
  readonly views: ReadonlyMap<string, string>;
}

const ABOVE =
  '((?:^--.*\\n)+)(?:create(?: or replace)?(?: unique| unlogged)?|alter) ' +
  '(?:table|index|trigger|function|view) (\\w+)';
const COMMENT = new RegExp(ABOVE, 'gm');
const VIEW = /^create (?:or replace )?(view (\w+) as\n[^;]*;)/gm;

/** @param folder the folder of the migrations */
export function readMigrationWords(folder: string): MigrationWords {
  const names = readdirSync(folder).toSorted();
  const text = names.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  const comments = new Map<string, string[]>();
  for (const [, comment = '', name = ''] of text.matchAll(COMMENT)) {
    comments.set(name, [...(comments.get(name) ?? []), comment.trimEnd()]);
  }
  const views = [...text.matchAll(VIEW)].map(
    ([, body, name]) => [name!, `create ${body}`] as const,
  );
  return { comments, views: new Map(views) };
}
