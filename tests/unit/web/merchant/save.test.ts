import { signal } from '@preact/signals';
import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../../../client/index.ts';
import type { Change } from '../../../../client/index.ts';
import { FakeTime } from '../fake-time.ts';
import { hasFields, sameValue } from '../../../../web/merchant/saving/same-value.ts';
import { faultAt, saveProblemOf } from '../../../../web/merchant/saving/save-problem.ts';
import { askPending, save } from '../../../../web/merchant/saving/save.ts';
import type { Condition } from '../../../../web/merchant/saving/save.ts';
import { startEdit, textsLike } from '../../../../web/merchant/saving/use-edit.ts';
import type { Called } from '../../../../web/merchant/saving/versioned.ts';
import { pendingOf, watchCells } from '../../../../web/merchant/saving/watch-cells.ts';
import type { PendingCells } from '../../../../web/merchant/saving/watch-cells.ts';
import { nameOf, newestOf } from '../../../../web/merchant/saving/find-change.ts';

interface Thing {
  readonly price: number;
}

const answer = <Data>(data: Data, tag: string): Called<Data> => ({
  data,
  response: new Response('{}', { headers: { etag: tag } }),
});

const refusal = (status: number, code: string, more: object = {}): Called<never> => ({
  error: { status, code, title: '', detail: 'Why', message: 'Words', instance: 'r1', ...more },
  response: new Response('{}', { status }),
});

const BY = { sub: 'max', role: 'merchant' } as Change;

/** A service that holds one thing, and the requests that it got. */
function service(now: Thing | null, tag: string, outcomes: Called<Thing>[] = []) {
  const sent: Condition[] = [];
  return {
    sent,
    send: async (condition: Condition): Promise<Called<Thing>> => {
      sent.push(condition);
      return outcomes.shift() ?? answer({ price: 5 }, '"new"');
    },
    read: async (): Promise<Called<Thing>> => (now ? answer(now, tag) : refusal(404, 'not_found')),
    isDone: ({ price }: Thing) => price === 5,
    findChange: async () => BY,
  };
}

const STALE = refusal(412, 'precondition_failed');
const known = { tag: '"old"' };

test('an edit replaces only the version that it began with', async () => {
  const there = service({ price: 4 }, '"old"');
  const saved = await save({ known, ...there });
  expect(saved).toEqual({ kind: 'saved', answer: { price: 5 }, tag: '"new"' });
  expect(there.sent).toEqual([{ 'If-Match': '"old"' }]);
});

test('a new thing replaces nothing', async () => {
  const there = service(null, '');
  await save({ known: null, ...there });
  expect(there.sent).toEqual([{ 'If-None-Match': '*' }]);
});

test('a change by someone else is shown with its person, and nothing is saved', async () => {
  const there = service({ price: 6 }, '"theirs"', [STALE]);
  expect(await save({ known, ...there })).toEqual({
    kind: 'clash',
    theirs: { data: { price: 6 }, tag: '"theirs"' },
    by: BY,
  });
  expect(there.sent).toHaveLength(1);
});

test('a thing that is gone is a clash without a value', async () => {
  const there = service(null, '', [STALE]);
  expect(await save({ known, ...there })).toMatchObject({ kind: 'clash', theirs: null });
});

test('a change whose answer was lost is no clash with itself', async () => {
  const there = service({ price: 5 }, '"mine"', [STALE]);
  expect(await save({ known, ...there })).toMatchObject({ kind: 'saved', tag: '"new"' });
  expect(there.sent).toEqual([{ 'If-Match': '"old"' }, { 'If-Match': '"mine"' }]);
});

test('a clash is shown even if nobody knows who made it', async () => {
  const there = service({ price: 6 }, '"theirs"', [STALE]);
  const findChange = () => Promise.reject(new TypeError('no network'));
  expect(await save({ known, ...there, findChange })).toMatchObject({ kind: 'clash', by: null });
});

test('every other problem is thrown', async () => {
  const there = service({ price: 4 }, '"old"', [refusal(409, 'conflict')]);
  await expect(save({ known, ...there })).rejects.toBeInstanceOf(ProblemError);
});

test('a problem tells which fields are wrong, also inside of one', async () => {
  const errors = [
    { pointer: '/price', detail: 'must be >= 0' },
    { pointer: '/warnAt/percent', detail: 'must be <= 100' },
    'nonsense',
  ];
  const there = service({ price: 4 }, '"old"', [refusal(400, 'invalid', { errors })]);
  const problem = saveProblemOf(await save({ known, ...there }).catch((error: unknown) => error));
  expect(problem).toMatchObject({ code: 'invalid', status: 400, detail: 'Why' });
  expect(problem.faults).toHaveLength(2);
  expect(faultAt(problem, '/price')).toBe('must be >= 0');
  expect(faultAt(problem, '/warnAt')).toBe('must be <= 100');
  expect(faultAt(problem, '/title')).toBeNull();
});

test('a lost network is a problem without words of the service', () => {
  expect(saveProblemOf(new TypeError('Failed to fetch'))).toMatchObject({
    code: 'offline',
    detail: null,
    faults: [],
  });
});

test('values of JSON are the same whatever the order of their fields', () => {
  expect(sameValue({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 })).toBe(true);
  expect(sameValue({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  expect(sameValue([1], { 0: 1 })).toBe(false);
  expect(sameValue(null, {})).toBe(false);
  expect(hasFields({ a: 1, b: 2 }, { b: 2 })).toBe(true);
  expect(hasFields({ a: 1 }, { b: 2 })).toBe(false);
});

test('an answer names the cells that have not applied a change', () => {
  expect(pendingOf({ pendingCells: [3] })).toEqual([3]);
  expect(pendingOf({})).toEqual([]);
});

describe('how far a saved change is', () => {
  test('is asked by the same change, of the version that the save made', async () => {
    const lacking = { price: 5, pendingCells: [1] };
    const there = service({ price: 5 }, '"mine"', [answer(lacking, '"mine"')]);
    expect(await askPending({ known: { tag: '"mine"' }, ...there })).toEqual([1]);
    expect(there.sent).toEqual([{ 'If-Match': '"mine"' }]);
    expect(await askPending({ known: { tag: '"mine"' }, ...there })).toEqual([]);
  });

  test('is no longer asked once somebody else has changed the thing', async () => {
    const there = service({ price: 6 }, '"theirs"', [STALE]);
    expect(await askPending({ known, ...there })).toBeNull();
    expect(there.sent).toHaveLength(1);
  });

  /** The news of a watch whose checks answer so, one after another. */
  async function watch(answers: (PendingCells | Error)[]) {
    const time = new FakeTime(0);
    const news: PendingCells[] = [];
    const check = async () => {
      const next = answers.shift() ?? null;
      if (next instanceof Error) throw next;
      return next;
    };
    const network = { isSeen: signal(true) };
    watchCells({ time, network, check, onNews: (one) => news.push(one) });
    while (time.nextMs !== null) {
      time.pass(time.nextMs);
      await Promise.resolve().then(() => Promise.resolve());
    }
    return { news, left: answers.length };
  }

  test('is told by itself until all cells have it, even if an answer got lost', async () => {
    const lost = new TypeError('Failed to fetch');
    expect(await watch([[1, 2], lost, [2], [], [9]])).toEqual({ news: [[1, 2], [2], []], left: 1 });
  });

  test('is told no more once a newer change has replaced it', async () => {
    expect(await watch([[1], null, [1]])).toEqual({ news: [[1], null], left: 1 });
  });
});

test('the newest change is told only if it is among those that were read', async () => {
  const numbered = (number: number) => ({ ...BY, number });
  const parts = (count: number) => async (cursor: string | null) => {
    const at = Number(cursor ?? '0');
    return { items: [numbered(at)], next: at + 1 < count ? String(at + 1) : null };
  };
  expect(await newestOf(parts(1))).toEqual(numbered(0));
  expect(await newestOf(parts(5))).toEqual(numbered(4));
  expect(await newestOf(parts(6))).toBeNull();
  expect(await newestOf(async () => ({ items: [], next: null }))).toBeNull();
});

test('a person without a name is told by the role', () => {
  const words = { operator: 'An operator', merchant: 'Another store', other: 'Someone' };
  expect(nameOf({ sub: 'max', role: 'merchant' }, words)).toBe('max');
  expect(nameOf({ sub: null, role: 'operator' }, words)).toBe('An operator');
  expect(nameOf({ sub: null, role: 'merchant' }, words)).toBe('Another store');
  expect(nameOf({ sub: null, role: 'command' }, words)).toBe('Someone');
});

describe('what is typed over something', () => {
  const store = () => {
    const kept = new Map<string, string>();
    return {
      kept,
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
  };
  const EMPTY = { price: '' };
  const edit = (kept: ReturnType<typeof store>, tag: string, price: string) =>
    startEdit(kept, { name: 'offer', tag, typed: { price }, read: textsLike(EMPTY) });

  test('outlives a reload with the version that it began with', () => {
    const tab = store();
    edit(tab, '"1"', '10').type({ price: '12' });
    const { tag, base, typed } = edit(tab, '"2"', '11').now.value;
    expect({ tag, base, typed }).toEqual({
      tag: '"1"',
      base: { price: '10' },
      typed: { price: '12' },
    });
  });

  test('is forgotten with its version once it is discarded', () => {
    const tab = store();
    const editing = edit(tab, '"1"', '10');
    editing.type({ price: '12' });
    editing.discard();
    expect(tab.kept.size).toBe(0);
    expect(edit(tab, '"2"', '11').now.value).toMatchObject({ tag: '"2"', typed: { price: '11' } });
  });

  test('after something new was made, the next new thing begins empty', () => {
    const tab = store();
    const editing = edit(tab, '', '');
    editing.type({ price: '12' });
    expect(edit(tab, '', '').now.value.typed).toEqual({ price: '12' });
    editing.restart('"1"', { price: '12' });
    editing.type({ price: '13' });
    expect(edit(tab, '', '').now.value).toMatchObject({ tag: '', typed: EMPTY });
  });
});
