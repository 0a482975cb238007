import { bearer } from '../../builders/secrets.ts';

/** Who sends a request, and what the header says of them. */
export const CALLERS = {
  nobody: undefined,
  'bad token': 'Bearer x.y.z',
  'no bearer': 'Basic dTE6cHc=',
  'shopper alice': bearer({ sub: 'alice', role: 'shopper' }),
  'shopper bob': bearer({ sub: 'bob', role: 'shopper' }),
  'gold shopper': bearer({ sub: 'carol', role: 'shopper', member: 'gold' }),
  'merchant of kiln': bearer({ sub: 'm1', role: 'merchant', store: 'kiln-and-cup' }),
  'merchant of store-2': bearer({ sub: 'm2', role: 'merchant', store: 'store-2' }),
  'merchant of store-3': bearer({ sub: 'm3', role: 'merchant', store: 'store-3' }),
  operator: bearer({ sub: 'ops', role: 'operator' }),
} as const;
export type Caller = keyof typeof CALLERS;

export const callers = Object.keys(CALLERS) as Caller[];

/** The callers of a role. */
export const callersOf = (role: string): Caller[] =>
  callers.filter((caller) => caller.split(' ').includes(role));
