import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...globSync('docs/**/*.md')];

const LINK = /\]\(([^)\s]+)\)/g;
const HEADING = /^#+ (.+)$/gm;
const FENCE = /^```.*?^```$/gms;
/** A path in backticks that begins with a folder of the repository. */
const PATH = /`((?:src|web|lua|sql|proof|bench|tests|docs|examples|scripts)\/[\w./-]*)`/g;

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (page: string): string[] =>
  [...readFileSync(page, 'utf8').matchAll(HEADING)].map(([, heading]) => anchorOf(heading!));

const isElsewhere = (target: string): boolean => /^[a-z]+:/.test(target);

/** The fault of a link, or null when its target exists. */
function faultOf(page: string, target: string): string | null {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  if (!existsSync(file)) return `${page}: no file ${target}`;
  if (anchor === undefined || anchorsOf(file).includes(anchor)) return null;
  return `${page}: no heading ${target}`;
}

function linksOf(page: string): string[] {
  const text = readFileSync(page, 'utf8').replaceAll(FENCE, '');
  return [...text.matchAll(LINK)].map(([, target]) => target!);
}

describe.each(pages)('%s', (page) => {
  test('links to files and headings that exist', () => {
    const targets = linksOf(page).filter((target) => !isElsewhere(target));
    expect(targets.flatMap((target) => faultOf(page, target) ?? [])).toEqual([]);
  });

  test('names paths that exist', () => {
    const named = [...readFileSync(page, 'utf8').matchAll(PATH)].map(([, path]) => path!);
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });
});

test('docs/README.md lists every page of docs', () => {
  const listed = linksOf('docs/README.md').map((target) => join('docs', target));
  const missing = globSync('docs/*.md').filter((page) => {
    return page !== 'docs/README.md' && !listed.includes(page);
  });
  expect(missing).toEqual([]);
});

test('docs/decisions/README.md lists every decision under its title', () => {
  const index = readFileSync('docs/decisions/README.md', 'utf8');
  const missing = globSync('docs/decisions/0*.md').filter((page) => {
    const [, title] = /^# (.+)$/m.exec(readFileSync(page, 'utf8'))!;
    return !index.includes(`[${title}](${page.replace('docs/decisions/', '')})`);
  });
  expect(missing).toEqual([]);
});
