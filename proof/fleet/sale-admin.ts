import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Static } from 'typebox';
import {
  answerOf,
  auditSale,
  closeSale,
  connect,
  getReport,
  getStatus,
  grantCoupons,
  openSale,
  putBalances,
  putBudget,
  putOffer,
  putPromotion,
  putSale,
} from '../../client/index.ts';
import type { Client, SaleStatus } from '../../client/index.ts';
import { WAITING_FOR } from '../../src/domain/quiet.ts';
import type { WaitingFor } from '../../src/domain/quiet.ts';
import { readSaleFile } from '../../src/http/sale-file/read-sale-file.ts';
import type { SaleFile as SaleFileSchema } from '../../src/http/sale-file/read-sale-file.ts';
import { DAY_S, signFor } from '../builders/secrets.ts';
import { grantKey } from '../../src/service/sale-file/grant-key.ts';
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
/** A proof must see each answer as it comes. */
const ONCE = { tries: 1 } as const;

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
  readonly #client: Client;

  constructor(url: string, jwtSecret: string) {
    const claims = { sub: 'operator', role: 'operator' } as const;
    const token = signFor(jwtSecret, claims, DAY_S);
    this.#client = connect({ url, token: () => token, retries: ONCE });
  }

  /** Applies a sale file and opens the sale. @throws unless every answer is a success */
  async open(file: SaleFile): Promise<void> {
    const { id: sale } = file.sale;
    await this.apply(file);
    // Some cell may not know of it yet. Opening an open sale again waits for the cells.
    for (let tries = 0; tries < OPEN_TRIES; tries++) {
      const opened = await answerOf(openSale({ ...this.#within(), path: { sale } }));
      if (!('pendingCells' in opened)) return;
    }
    throw new Error(`not every cell of ${sale} opened`);
  }

  async close(sale: string): Promise<void> {
    await answerOf(closeSale({ ...this.#within(), path: { sale } }));
  }

  async audit(sale: string): Promise<Audit> {
    return answerOf(auditSale({ ...this.#within(AUDIT_WITHIN_MS), path: { sale } }));
  }

  /** What the sale waits for. */
  async status(sale: string): Promise<SaleStatus> {
    return answerOf(getStatus({ ...this.#within(), path: { sale } }));
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
    return answerOf(getReport({ ...this.#within(), path: { sale } }));
  }

  /**
   * Applies a sale file and leaves the sale as it is: a new one is a draft. Each list refers only
   * to lists that are applied before it.
   */
  async apply(file: SaleFile): Promise<void> {
    const { id: sale, ...terms } = file.sale;
    await answerOf(putSale({ ...this.#within(), path: { sale }, body: terms }));
    for (const { id: offer, ...body } of file.offers) {
      await answerOf(putOffer({ ...this.#within(), path: { sale, offer }, body }));
    }
    for (const { id: budget, ...body } of file.budgets ?? []) {
      await answerOf(putBudget({ ...this.#within(), path: { sale, budget }, body }));
    }
    for (const { id: promotion, ...body } of file.promotions ?? []) {
      await answerOf(putPromotion({ ...this.#within(), path: { sale, promotion }, body }));
    }
    for (const { promotion, shoppers, each = 1 } of file.coupons ?? []) {
      const headers = { 'Idempotency-Key': grantKey({ promotion, shoppers, each }) };
      const given = { path: { sale, promotion }, headers, body: { shoppers, each } };
      await answerOf(grantCoupons({ ...this.#within(), ...given }));
    }
    for (const { shopper, ...body } of file.balances ?? []) {
      await answerOf(putBalances({ ...this.#within(), path: { sale, shopper }, body }));
    }
  }

  /** What every call shares. */
  #within(ms = ANSWER_WITHIN_MS) {
    return { client: this.#client, signal: AbortSignal.timeout(ms) };
  }
}
