import autocannon from 'autocannon';
import type { SaleFile } from '../../fleet/sale-admin.ts';
import type { WireClient } from '../autocannon-client.ts';
import { CartConnection } from './cart-connection.ts';
import type { CartRush } from './cart-connection.ts';
import type { CartShopper } from './cart-shoppers.ts';
import { CartNotes } from './cart-notes.ts';
import type { Claimable } from './shopper-visit.ts';

/** The load ends after this time even if unfinished. */
const DEADLINE_SECONDS = 60;
const PROGRESS_MS = 200;
/** The load ends at the next sample after the last answer. */
const SAMPLE_MS = 50;
const MS = 1_000;

interface CartRushWanted {
  readonly url: string;
  readonly file: SaleFile;
  readonly crowd: readonly CartShopper[];
  readonly connections: number;
  readonly onProgress: (progress: { answered: number; units: number }) => void;
}

const claimablesOf = ({ promotions = [] }: SaleFile): Claimable[] =>
  promotions
    .filter(({ claims }) => claims !== undefined)
    .map(({ id, coupon = false }) => ({ promotion: id, isCoupon: coupon }));

const answered = ({ answers }: CartNotes): number =>
  Object.values(answers).reduce((sum, count) => sum + count, 0);

/** Sends a crowd through claims, quotes and orders. @returns what it was told */
export async function rushCarts({
  url,
  file,
  crowd,
  connections,
  onProgress,
}: CartRushWanted): Promise<{ readonly notes: CartNotes; readonly seconds: number }> {
  const notes = new CartNotes();
  const { host } = new URL(url);
  const shared = { host, sale: file.sale.id, claimables: claimablesOf(file) };
  const rush: CartRush = { ...shared, crowd: crowd.values(), notes };
  const startMs = performance.now();
  const tell = () => onProgress({ answered: answered(notes), units: notes.orders.length });
  const ticker = setInterval(tell, PROGRESS_MS);
  await autocannon({
    url,
    method: 'POST',
    connections: Math.min(connections, crowd.length),
    duration: DEADLINE_SECONDS,
    timeout: DEADLINE_SECONDS,
    sampleInt: SAMPLE_MS,
    setupClient: (client) => void new CartConnection(rush, client as WireClient),
  });
  clearInterval(ticker);
  return { notes, seconds: (performance.now() - startMs) / MS };
}
