import { readFileSync } from 'node:fs';
import type { Static } from 'typebox';
import { readSaleFile } from '../../http/sale-file.ts';
import type { SaleFile as SaleFileSchema } from '../../http/sale-file.ts';
import { signToken } from '../../http/token.ts';

/** A sale file, see examples/: bodies of the routes with their ids. */
export type SaleFile = Static<typeof SaleFileSchema>;

/** What the audit route answers. */
export interface Audit {
  readonly brokenPromises: readonly unknown[];
  readonly units: Readonly<Record<string, number>>;
}

const OPERATOR_TTL_SECONDS = 24 * 3_600;
const ANSWER_WITHIN_MS = 15_000;
const OPEN_TRIES = 10;
const ACCEPTED = 202;

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** @throws when the file is missing, anything in it is wrong, or it has no offers */
export function readSale(file: string): SaleFile {
  const text = readFileSync(file, 'utf8');
  const read = readSaleFile(text, file);
  if (read.kind === 'faults') {
    const faults = read.faults.map(({ pointer, detail }) => `${pointer} ${detail}`.trim());
    throw new Error(`${file}: ${faults.join('; ')}`);
  }
  if (read.offers.length === 0) throw new Error(`${file}: has no offers`);
  return JSON.parse(text) as SaleFile;
}

/** Makes and opens sales over HTTP, as an operator would. */
export class SaleAdmin {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, jwtSecret: string) {
    this.#url = url;
    const claims = { sub: 'operator', role: 'operator' } as const;
    this.#token = signToken(jwtSecret, claims, { ttlSeconds: OPERATOR_TTL_SECONDS });
  }

  /** Applies a sale with its offers and opens it. @throws on any answer that is no success */
  async open({ sale, offers }: SaleFile): Promise<void> {
    const { id, ...terms } = sale;
    await this.#call('PUT', `/v1/sales/${id}`, terms);
    for (const { id: offer, ...offerTerms } of offers) {
      await this.#call('PUT', `/v1/sales/${id}/offers/${offer}`, offerTerms);
    }
    // 202: some cell has not heard of it yet. Opening an open sale only waits for them.
    for (let tries = 0; tries < OPEN_TRIES; tries++) {
      const { status } = await this.#call('POST', `/v1/sales/${id}/open`);
      if (status !== ACCEPTED) return;
    }
    throw new Error(`not every cell of ${id} opened`);
  }

  async close(sale: string): Promise<void> {
    await this.#call('POST', `/v1/sales/${sale}/close`);
  }

  async audit(sale: string): Promise<Audit> {
    return (await this.#call('GET', `/v1/sales/${sale}/audit`)).body as Audit;
  }

  async #call(method: string, path: string, body?: unknown): Promise<Reply> {
    const reply = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path} answered ${reply.status}: ${text}`);
    return { status: reply.status, body: JSON.parse(text) };
  }
}
