import { readFileSync } from 'node:fs';
import * as jose from 'jose';
import { expect, test } from 'vitest';
import { JWT_SECRET } from '../../../proof/builders/secrets.ts';
import { variables } from '../../../src/platform/config/read-config.ts';
import { checkAt, header, sound } from './check-at.ts';

const page = readFileSync('docs/tokens.md', 'utf8');
const blockOf = (language: string): string =>
  new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(page)![1]!;
const example = JSON.parse(blockOf('json')) as Record<string, number | string>;
const OUR_RULES = { audience: 'doorbuster', issuer: 'https://id.shop.example' };

/** A check with the rules of the page, at a time. */
function checkOf(ms: number) {
  const { check, clock } = checkAt(OUR_RULES);
  clock.ms = ms;
  return check;
}

test('the payload on the page is valid from `iat` to `exp`', () => {
  const [fromMs, untilMs] = [Number(example['iat']) * 1000, Number(example['exp']) * 1000];
  const token = header(example);
  const alice = { sub: 'alice', role: 'shopper', store: null, member: 'gold', untilMs };
  expect(checkOf(fromMs).claims(token)).toEqual(alice);
  expect(checkOf(untilMs - 1).claims(token)).toEqual(alice);
  expect(checkOf(untilMs).claims(token)).toBeNull();
});

test('the example for Node signs a token that is valid', async () => {
  const [imported, ...lines] = blockOf('js').trim().split('\n');
  expect(imported).toBe("import { SignJWT } from 'jose';");
  const Signing = (async () => {}).constructor as FunctionConstructor;
  const run = new Signing('SignJWT', 'process', `${lines.join('\n')}\nreturn token;`);
  const token: unknown = await run(jose.SignJWT, { env: { JWT_SECRET } });
  expect(checkOf(Date.now()).claims(`Bearer ${String(token)}`)).toMatchObject({
    sub: 'alice',
    role: 'shopper',
    member: 'gold',
  });
});

test.each(['python', 'go'])(
  'the example in %s names the same claims as the payload',
  (language) => {
    const text = blockOf(language);
    const names = [...text.matchAll(/"(\w+)": /g)].map(([, name]) => name!);
    expect(names.toSorted()).toEqual(Object.keys(example).toSorted());
    for (const [name, value] of Object.entries(example)) {
      if (typeof value === 'string') expect(text).toContain(`"${name}": "${value}"`);
    }
  },
);

/** The first cells of the table under a heading. */
function listedUnder(heading: string): string[] {
  const [, rest = ''] = page.split(`\n## ${heading}\n`);
  const [section = ''] = rest.split('\n## ');
  return [...section.matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name!);
}

test('the page lists each claim, and says which ones a token needs', () => {
  const full = { ...sound, ...{ role: 'merchant', store: 's', member: 'gold', nbf: sound.iat } };
  const claims = { ...full, aud: OUR_RULES.audience, iss: OUR_RULES.issuer };
  expect(listedUnder('Claims').toSorted()).toEqual(Object.keys(claims).toSorted());
  const { check } = checkAt(OUR_RULES);
  const without = (name: string) => check.claims(header({ ...claims, [name]: undefined }));
  const isNeeded = (name: string) => !new RegExp(`^\\| \`${name}\` +\\| no `, 'm').test(page);
  for (const name of listedUnder('Claims')) {
    expect(without(name) === null, name).toBe(isNeeded(name));
  }
  expect(listedUnder('Header')).toEqual(['alg', 'typ', 'kid', 'crit']);
});

test('the page states the default ages of tokens', () => {
  const hours = (seconds: string) => `${Number(seconds) / 3600} hours`;
  expect(page).toContain(`by default after ${hours(variables.jwtMaxAgeSeconds.fallback)}`);
  expect(page).toContain(`after ${hours(variables.jwtOperatorMaxAgeSeconds.fallback)}.`);
});
