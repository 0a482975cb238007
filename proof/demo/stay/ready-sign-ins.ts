import { DAY_S, signFor } from '../../builders/secrets.ts';

interface SignedIn {
  readonly url: string;
  readonly jwtSecret: string;
  readonly sale: string;
  /** The store that the merchant acts for. */
  readonly store: string;
}

/** The pages of the three kinds of people. */
export const PAGES = { shopper: '/s/:sale', merchant: '/merchant', operator: '/ops' } as const;

const LABEL_WIDTH = 9;

/** The line of the demo that says what to try next. */
export const NEXT =
  `${'next'.padEnd(LABEL_WIDTH)}npm run demo -- --stay goes on selling and signs you in: ` +
  `${Object.values(PAGES).join(', ')}`;

/** An address that signs its visitor in: the token is in the fragment, which no server sees. */
export function readySignIns({ url, jwtSecret, sale, store }: SignedIn): string {
  const sign = (claims: Parameters<typeof signFor>[1]) => signFor(jwtSecret, claims, DAY_S);
  const rows = [
    {
      who: 'shopper',
      as: 'alice, a gold member',
      path: PAGES.shopper.replace(':sale', sale),
      token: sign({ sub: 'alice', role: 'shopper', member: 'gold' }),
    },
    {
      who: 'merchant',
      as: `mia of ${store}`,
      path: PAGES.merchant,
      token: sign({ sub: 'mia', role: 'merchant', store }),
    },
    {
      who: 'operator',
      as: 'olaf',
      path: PAGES.operator,
      token: sign({ sub: 'olaf', role: 'operator' }),
    },
  ];
  return rows
    .map(({ who, as, path, token }) => {
      return `${who.padEnd(LABEL_WIDTH)}as ${as}\n${url}${path}#token=${token}`;
    })
    .join('\n');
}
