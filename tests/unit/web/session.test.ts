import { expect, test } from 'vitest';
import { signFor } from '../../../proof/builders/secrets.ts';
import { readClaims } from '../../../web/kit/session/claims.ts';
import { tokenIn } from '../../../web/kit/session/fragment.ts';
import { keptSignal } from '../../../web/kit/session/kept.ts';
import { Session } from '../../../web/kit/session/session.ts';
import { returnAddress, signInAddress } from '../../../web/kit/session/sign-in-address.ts';
import { safeStore } from '../../../web/kit/page/storage.ts';

const token = signFor('a-secret-of-this-test-3fW9zQ', {
  sub: '小明',
  role: 'merchant',
  store: 'kiln',
});

/** A tab with an address. */
function stage(fragment = '') {
  const kept = new Map<string, string>();
  const keep = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const addresses: string[] = [];
  const replace = (address: string) => void addresses.push(address);
  const bar = { path: '/merchant', query: '?sale=a', fragment, replace };
  return { keep, kept, addresses, bar, open: () => new Session(keep, bar) };
}

test('a token in the fragment is taken out of the address, once', () => {
  const { open, addresses, kept } = stage(`#token=${token}&row=2`);
  const session = open();
  expect(session.token).toBe(token);
  expect(addresses).toEqual(['/merchant?sale=a#row=2']);
  expect([...kept.values()]).toEqual([token]);
});

test('a fragment without a token stays', () => {
  const { open, addresses } = stage('#content');
  expect(open().state.value).toBe('anonymous');
  expect(addresses).toEqual([]);
  expect(tokenIn('#token=')).toBeNull();
});

test('a tab keeps its token over a reload, until the visitor signs out', () => {
  const { open } = stage();
  open().signIn(token);
  const again = open();
  expect([again.state.value, again.token]).toEqual(['signed_in', token]);
  again.signOut();
  expect([again.state.value, open().state.value]).toEqual(['anonymous', 'anonymous']);
});

test('a session that is over sends no token, and still knows who the visitor was', () => {
  const { open } = stage();
  const session = open();
  session.end();
  expect(session.state.value).toBe('anonymous');
  session.signIn(token);
  session.end();
  expect([session.state.value, session.token]).toEqual(['over', '']);
  expect(session.claims.value).toMatchObject({ sub: '小明', role: 'merchant', store: 'kiln' });
  session.signIn(token);
  expect(session.state.value).toBe('signed_in');
});

test('claims are read only of what could be a token', () => {
  expect(readClaims(token)?.untilMs).toBeGreaterThan(0);
  const payload = (claims: unknown) => `x.${btoa(JSON.stringify(claims))}.y`;
  for (const text of ['', 'a', 'a.b.c', '...', payload(null), payload({ sub: 'a' }), payload([])]) {
    expect(readClaims(text), text).toBeNull();
  }
  expect(readClaims(payload({ sub: 'a', role: 'admin', exp: 1 }))).toBeNull();
  expect(readClaims(payload({ sub: 'a', role: 'shopper', exp: '1' }))).toBeNull();
});

test('sign-in leads back to the page, and to no other host', () => {
  const address = signInAddress('/merchant?sale=a&x=1');
  const then = new URL(address, 'http://shop.example').searchParams.get('then');
  expect(returnAddress(then, '/ops')).toBe('/merchant?sale=a&x=1');
  const bad = [null, '', 'a', '/\t/evil.test', '/\n/evil.test', '\t//evil.test', '/.//evil.test'];
  const hosts = [
    'https://evil.test',
    '//evil.test',
    '/\\evil.test',
    '/\t\\evil.test',
    '//[',
    ' /a',
  ];
  for (const other of [...bad, ...hosts]) {
    expect(returnAddress(other, '/ops'), JSON.stringify(other)).toBe('/ops');
  }
  expect(returnAddress('/s/../merchant?sale=a#token=x', '/ops')).toBe('/merchant?sale=a');
});

test('what a visitor did is kept over a reload, and read only if it still fits', () => {
  const { keep, kept } = stage();
  const read = (stored: unknown) => (Array.isArray(stored) ? stored.length : null);
  const numbers = keptSignal<number>(keep, 'cart', 0, read);
  expect(numbers.value.value).toBe(0);
  kept.set('doorbuster.kept.cart', '[1,2,3]');
  expect(keptSignal<number>(keep, 'cart', 0, read).value.value).toBe(3);
  for (const bad of ['{}', 'not JSON']) {
    kept.set('doorbuster.kept.cart', bad);
    expect(keptSignal<number>(keep, 'cart', 0, read).value.value).toBe(0);
  }
  numbers.value.value = 5;
  expect(kept.get('doorbuster.kept.cart')).toBe('5');
  numbers.clear();
  expect([numbers.value.value, kept.has('doorbuster.kept.cart')]).toEqual([0, false]);
});

test('a page goes on when the browser forbids storage', () => {
  const store = safeStore(() => {
    throw new Error('denied');
  });
  store.setItem('a', '1');
  expect(store.getItem('a')).toBe('1');
  store.removeItem('a');
  expect(store.getItem('a')).toBeNull();
});
