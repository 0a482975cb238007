import { basename } from 'node:path';
import { Visitor, type ESTree } from 'vite';
import { isScript, lineAt, parse, type Rule, type Source } from './source.ts';

const mostLines = { file: 250, testFile: 400, function: 40 };
const mostCharacters = 100;
const emptyNames = /^(utils?|commons?|helpers?|managers?)$/;

/** A page that is written by a command may be long. */
const isGenerated = (path: string): boolean => path === 'sql/schema.sql';

export const filesAreShort: Rule = ({ path, text }) => {
  if (isGenerated(path)) return [];
  const most = path.startsWith('tests/') ? mostLines.testFile : mostLines.file;
  const lines = text.trimEnd().split('\n').length;
  return lines > most ? [`${path}:${lines}: a file has at most ${most} lines`] : [];
};

export const linesAreShort: Rule = (source) => {
  const lines = source.text.split('\n').map((line, index) => ({ line, number: index + 1 }));
  const long = lines.filter(({ line }) => [...line].length > mostCharacters);
  return long.map(({ number }) => {
    return `${source.path}:${number}: a line has at most ${mostCharacters} characters`;
  });
};

/**
 * Counts the lines of a function, with only the first line of each function, and of each piece of
 * JSX, inside it.
 */
export const functionsAreShort: Rule = (source) => {
  const spans = source.path.endsWith('.lua') ? luaSpans(source) : scriptSpans(source);
  const long = spans.filter(
    (span) => !span.isMarkup && linesOf(span) - nestedLines(span, spans) > mostLines.function,
  );
  return long.map(({ first }) => {
    return `${source.path}:${first}: a function has at most ${mostLines.function} lines`;
  });
};

export const namesSaySomething: Rule = ({ path }) => {
  const words = basename(path)
    .toLowerCase()
    .split(/[^a-z]+/);
  const empty = words.filter((word) => emptyNames.test(word));
  return empty.map((word) => `${path}:1: "${word}" says nothing about what is in the file`);
};

interface Span {
  readonly first: number;
  readonly last: number;
  /** JSX: its length is that of the page that it draws. */
  readonly isMarkup?: boolean;
}

function linesOf({ first, last }: Span): number {
  return last - first + 1;
}

function nestedLines(outer: Span, spans: readonly Span[]): number {
  const inside = spans.filter((span) => span !== outer && isWithin(span, outer));
  const direct = inside.filter((span) => {
    return !inside.some((other) => other !== span && isWithin(span, other));
  });
  return direct.reduce((sum, span) => sum + linesOf(span) - 1, 0);
}

function isWithin(inner: Span, outer: Span): boolean {
  const isSame = inner.first === outer.first && inner.last === outer.last;
  return !isSame && inner.first >= outer.first && inner.last <= outer.last;
}

function scriptSpans(source: Source): Span[] {
  if (!isScript(source)) return [];
  const spans: Span[] = [];
  const note = ({ start, end }: ESTree.Function | ESTree.ArrowFunctionExpression) => {
    spans.push({ first: lineAt(source.text, start), last: lineAt(source.text, end) });
  };
  const noteMarkup = ({ start, end }: ESTree.JSXElement | ESTree.JSXFragment) => {
    const [first, last] = [lineAt(source.text, start), lineAt(source.text, end)];
    spans.push({ first, last, isMarkup: true });
  };
  new Visitor({
    FunctionDeclaration: note,
    FunctionExpression: note,
    ArrowFunctionExpression: note,
    JSXElement: noteMarkup,
    JSXFragment: noteMarkup,
  }).visit(parse(source));
  return spans;
}

/** Formatted Lua closes a function at the indentation where it began. */
function luaSpans({ text }: Source): Span[] {
  const found = text.matchAll(/^([ \t]*)(?:local )?(?:[\w.]+ = )?function\b[^]*?^\1end\b/gm);
  return [...found].map(({ index, 0: body }) => {
    return { first: lineAt(text, index), last: lineAt(text, index + body.length) };
  });
}
