import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { RushOffer } from '../crowd/rush-plan.ts';
import { shopperName } from '../crowd/tokens.ts';
import type { LoadOptions } from './options.ts';

const ANSWER_WITHIN_MS = 15_000;
/** A sale has 10,000 offers at most, and a page 100. */
const PAGES_MAX = 101;
const TOKENS_WITHIN_MS = 600_000;
const TOKENS_BYTES_MAX = 1_000_000_000;
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

interface OfferOnSale {
  readonly id: string;
  readonly limitPerShopper: number | null;
  readonly stock: string;
}

interface SalePage {
  readonly state: string;
  readonly offers: readonly OfferOnSale[];
  readonly nextOffers: string | null;
}

/** All offers of a sale. @throws when it is not open */
async function openSale({ url, sale }: LoadOptions): Promise<OfferOnSale[]> {
  const offers: OfferOnSale[] = [];
  const address = new URL(`${url.pathname.replace(/\/$/, '')}/v1/sales/${sale}`, url);
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = await fetch(address, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    if (!answer.ok) throw new Error(`${address.href} answered ${answer.status}`);
    const found = (await answer.json()) as SalePage;
    if (found.state !== 'open') throw new Error(`the sale ${sale} is ${found.state}, not open`);
    offers.push(...found.offers);
    if (found.nextOffers === null) return offers;
    address.searchParams.set('cursor', found.nextOffers);
  }
  throw new Error(`the sale ${sale} has more offers than a sale may have`);
}

/** The offers that the crowd buys. @throws when the sale is not open or has no such offers */
export async function offersOf(options: LoadOptions): Promise<RushOffer[]> {
  const { sale, offers } = options;
  const found = await openSale(options);
  const missing = offers.filter((id) => !found.some((offer) => offer.id === id));
  if (missing.length > 0) throw new Error(`the sale ${sale} has no offer ${missing.join(', ')}`);
  const wanted = found.filter(({ id, stock }) =>
    offers.length > 0 ? offers.includes(id) : stock !== 'sold_out',
  );
  if (wanted.length === 0) throw new Error(`every offer of ${sale} is sold out`);
  return wanted.map(({ id, limitPerShopper }) => ({ id, limitPerShopper, weight: 1 }));
}

/** Asks the command for a token of each shopper, and writes them where the crowd reads them. */
export function writeTokensOf({ tokenCommand, shoppers }: LoadOptions, file: string): void {
  const names = Array.from({ length: shoppers }, (_, i) => shopperName(i));
  const ran = spawnSync('/bin/sh', ['-c', tokenCommand], {
    input: `${names.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: TOKENS_BYTES_MAX,
    timeout: TOKENS_WITHIN_MS,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (ran.status !== 0) {
    const why = ran.status === null ? String(ran.error) : `exit ${ran.status}`;
    throw new Error(`--token-command failed: ${why}`);
  }
  const tokens = ran.stdout.trimEnd().split('\n');
  if (tokens.length !== shoppers) {
    throw new Error(`--token-command printed ${tokens.length} lines for ${shoppers} shoppers`);
  }
  const bad = tokens.findIndex((token) => !TOKEN.test(token));
  if (bad >= 0) throw new Error(`--token-command: line ${bad + 1} is not a token`);
  const lines = tokens.map((token, i) => `${names[i]!}\t${token}\n`);
  writeFileSync(file, lines.join(''), { mode: 0o600 });
}
