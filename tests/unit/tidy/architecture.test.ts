import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { problems } from '../../../src/http/problem-catalogue.ts';
import * as boundaries from '../../tidy/boundaries.ts';
import { problemsOfCode, problemsOfPage } from '../../tidy/catalogue.ts';
import { filesFormNoCircle } from '../../tidy/import-circles.ts';
import { englishIsPlain } from '../../tidy/english.ts';
import * as idioms from '../../tidy/idioms.ts';
import { importsGoDown } from '../../tidy/floors.ts';
import { foldersAreSmall } from '../../tidy/folders.ts';
import { topsImportDown } from '../../tidy/imports.ts';
import { packageFaults, type Manifest } from '../../tidy/packages.ts';
import * as pages from '../../tidy/pages.ts';
import { roomsFormNoCircle } from '../../tidy/rooms.ts';
import * as shape from '../../tidy/file-lengths.ts';
import { readPages, readSources, type RepositoryRule, type Rule } from '../../tidy/source.ts';

const rules: Readonly<Record<string, Rule>> = {
  ...shape,
  importsGoDown,
  topsImportDown,
  ...boundaries,
  ...idioms,
  ...pages,
};
const repositoryRules: Readonly<Record<string, RepositoryRule>> = {
  filesFormNoCircle,
  roomsFormNoCircle,
  foldersAreSmall,
};

describe('this repository', () => {
  const sources = readSources(process.cwd());

  test.each(Object.keys(rules))('keeps the rule %s', (name) => {
    expect(sources.flatMap((source) => rules[name]?.(source))).toEqual([]);
  });

  test.each(Object.keys(repositoryRules))('keeps the rule %s', (name) => {
    expect(repositoryRules[name]?.(sources)).toEqual([]);
  });

  test('uses no phrase that no reader needs', () => {
    const aboutWords = /^tests\/(tidy|unit\/tidy)\/english\./;
    const read = [...sources, ...readPages(process.cwd())];
    const held = read.filter(({ path }) => !aboutWords.test(path));
    expect(held.flatMap(englishIsPlain)).toEqual([]);
  });

  test('lists each package where it belongs', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
    expect(packageFaults(sources, manifest)).toEqual([]);
  });

  test('has the same problems in code and in docs/problems.md', () => {
    const page = readFileSync('docs/problems.md', 'utf8');
    const byCode = (one: { code: string }, other: { code: string }) =>
      one.code < other.code ? -1 : 1;
    const written = problemsOfPage(page).toSorted(byCode);
    expect(written).toEqual(problemsOfCode(problems).toSorted(byCode));
  });
});
