import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Static } from 'typebox';
import { WAITING_FOR } from '../../src/domain/quiet.ts';
import type { SaleStatusView, WaitingFor } from '../../src/domain/quiet.ts';
import { readSaleFile } from '../../src/http/sale-file/read-sale-file.ts';
import type { SaleFile as SaleFileSchema } from '../../src/http/sale-file/read-sale-file.ts';
import { DAY_S, signFor } from '../builders/secrets.ts';
import { grantKey } from '../../src/process/cli/grant-key.ts';
import type { Written } from '../builders/sale-files.ts';

/** A sale file, as in examples/: bodies of the routes, with their ids. */
export type SaleFile = Written<Static<typeof SaleFileSchema>>;

/** The answer of the audit route. */
export interface Audit {
  readonly brokenPromises: readonly unknown[];
  readonly units: Readonly<Record<string, number>>;
}

/** Discounts on the lines of a store; money in minor units. */
export interface ReportRow {
  readonly store: string;
  readonly promotion: string;
  readonly funder: string;
  readonly discount: number;
}

/** The answer of the report route; money in minor units. */
export interface Report {
  readonly total: number;
  readonly byFunder: Readonly<Record<string, number>>;
  readonly rows: readonly ReportRow[];
}

const ANSWER_WITHIN_MS = 15_000;
/** The audit reads every order of the sale. */
const AUDIT_WITHIN_MS = 60_000;
const OPEN_TRIES = 10;
const QUIET_POLL_MS = 50;
const ALL_KINDS = Object.keys(WAITING_FOR) as WaitingFor[];
const ACCEPTED = 202;

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** @throws when the file is missing or wrong, or has no offers */
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

/** Creates and opens sales over HTTP, as an operator does. */
export class SaleAdmin {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, jwtSecret: string) {
    this.#url = url;
    const claims = { sub: 'operator', role: 'operator' } as const;
    this.#token = signFor(jwtSecret, claims, DAY_S);
  }

  /** Applies a sale file and opens the sale. @throws unless every answer is a success */
  async open(file: SaleFile): Promise<void> {
    const { id } = file.sale;
    await this.#apply(file);
    // 202: some cell does not know of it yet. Opening an open sale again waits for the cells.
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
    const path = `/v1/sales/${sale}/audit`;
    return (await this.#call('GET', path, undefined, {}, AUDIT_WITHIN_MS)).body as Audit;
  }

  /** What the sale waits for. */
  async status(sale: string): Promise<SaleStatusView> {
    return (await this.#call('GET', `/v1/sales/${sale}/status`)).body as SaleStatusView;
  }

  /**
   * Waits until everything is settled, delivered and given back; an api that answers nothing, or
   * that it is busy, is asked again.
   * @param kinds what must be over; without it, everything
   * @returns how long that took, in ms
   * @throws when it takes longer than `withinMs`, with what the sale waits for
   */
  async untilQuiet(
    sale: string,
    withinMs: number,
    kinds: readonly WaitingFor[] = ALL_KINDS,
  ): Promise<number> {
    const startMs = performance.now();
    for (;;) {
      const answer = await this.status(sale).catch((error: Error) => error);
      const tookMs = performance.now() - startMs;
      const waiting = answer instanceof Error ? null : answer.waiting;
      if (waiting?.every((one) => !kinds.includes(one.for))) return tookMs;
      if (tookMs > withinMs) {
        const said = waiting ? JSON.stringify(waiting) : String(answer);
        throw new Error(`${sale} is not quiet within ${withinMs} ms: ${said}`);
      }
      await wait(QUIET_POLL_MS);
    }
  }

  /** The discounts of settled orders that neither expired nor were cancelled. */
  async report(sale: string): Promise<Report> {
    return (await this.#call('GET', `/v1/sales/${sale}/report`)).body as Report;
  }

  /** Each list refers only to lists that are applied before it. */
  async #apply(file: SaleFile): Promise<void> {
    const { id: sale, ...terms } = file.sale;
    const path = `/v1/sales/${sale}`;
    await this.#call('PUT', path, terms);
    for (const list of ['offers', 'budgets', 'promotions'] as const) {
      for (const { id, ...body } of file[list] ?? []) {
        await this.#call('PUT', `${path}/${list}/${id}`, body);
      }
    }
    for (const { promotion, shoppers, each = 1 } of file.coupons ?? []) {
      const key = { 'idempotency-key': grantKey({ promotion, shoppers, each }) };
      const grant = { shoppers, each };
      await this.#call('POST', `${path}/promotions/${promotion}/coupons`, grant, key);
    }
    for (const { shopper, ...given } of file.balances ?? []) {
      await this.#call('PUT', `${path}/shoppers/${encodeURIComponent(shopper)}/balances`, given);
    }
  }

  async #call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
    withinMs = ANSWER_WITHIN_MS,
  ): Promise<Reply> {
    const reply = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        ...headers,
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(withinMs),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path} answered ${reply.status}: ${text}`);
    return { status: reply.status, body: JSON.parse(text) };
  }
}
