import fc from 'fast-check';
import type { ApiDocument, Operation } from '../document/api-document.ts';
import { faultsOf } from '../document/check-answer.ts';
import type { Answer } from '../document/check-answer.ts';
import type { FuzzWorld } from '../world/fuzz-world.ts';
import { openSeason } from '../world/season.ts';
import { requestsFor } from './draw-request.ts';
import type { Drawn, DrawnFor } from './drawn.ts';
import { fetchBeginning, inject, learn, resolved } from './send-request.ts';
import type { Sent } from './send-request.ts';

export interface Wanted {
  readonly count: number;
  /** Of the first request; each further request has the next number. */
  readonly seed: number;
  readonly onProgress?: (sent: number) => void;
}

/** The smallest request found whose answer is wrong. */
export interface BadAnswer {
  readonly seed: number;
  readonly request: Sent;
  readonly why: readonly string[];
}

export interface Fuzzed {
  readonly sent: number;
  /** Answers by operation and status, such as `placeOrder 201`. */
  readonly counts: ReadonlyMap<string, number>;
  /** One of each kind. */
  readonly bad: readonly BadAnswer[];
}

/** Kinds of wrong answers after which a run ends. */
const KINDS_MAX = 20;
const STRAY = [404, 405];
const LANES = 8;
/** Requests for one sale before the next one is opened. */
const SEASON = 2_000;
/** Twice what any answer of a world this small may take, on a machine that is busy. */
const ANSWER_WITHIN_MS = 20_000;
const SHRINK_WITHIN_MS = 30_000;

class Sender {
  readonly counts = new Map<string, number>();
  readonly #world: FuzzWorld;
  readonly #document: ApiDocument;

  constructor(world: FuzzWorld, document: ApiDocument) {
    this.#world = world;
    this.#document = document;
  }

  /** Sends a request. @returns why its answer is wrong, with the request as it was sent */
  async send({ operation, drawn }: DrawnFor): Promise<{ sent: Sent; why: string[] }> {
    const sent = resolved(drawn, this.#world);
    const answer = await this.#answered(operation, drawn, sent);
    if (answer === null) return { sent, why: [`no answer within ${ANSWER_WITHIN_MS} ms`] };
    const name = operation?.id ?? 'no operation';
    this.#count(`${name} ${answer.status}`);
    const why = this.#faults(operation, drawn, answer);
    if (why.length === 0) learn(this.#world.known, name, answer);
    return { sent, why };
  }

  #faults(operation: Operation | null, { url }: Drawn, answer: Answer): string[] {
    const faults = faultsOf(this.#document, operation, answer);
    // Not every route answers HEAD, and a path that is no sound path may belong to no operation.
    const isOdd = url.includes('%') || answer.method === 'HEAD';
    const isStray = faults.length > 0 && isOdd && STRAY.includes(answer.status);
    const why = isStray ? faultsOf(this.#document, null, answer) : faults;
    if (why.length === 0) return [];
    const said = answer.status === 500 ? [`the log says: ${this.#world.lastFault()}`] : [];
    return [...why, ...said];
  }

  #answered(operation: Operation | null, { isNarrow }: Drawn, sent: Sent): Promise<Answer | null> {
    const { wide, narrow, origin } = this.#world;
    const isStream = operation?.answers.get(200)?.bodies.has('text/event-stream') ?? false;
    const answer = isStream ? fetchBeginning(origin, sent) : inject(isNarrow ? narrow : wide, sent);
    const { promise, resolve } = Promise.withResolvers<null>();
    const timer = setTimeout(resolve, ANSWER_WITHIN_MS, null);
    return Promise.race([answer, promise]).finally(() => clearTimeout(timer));
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}

/** What the answers that are wrong for one reason have in common. */
const kindOf = (name: string, why: readonly string[]): string =>
  `${name} ${why[0]!.replaceAll(/\d+|["{].*/g, '')}`;

/** Sends the request of a seed, and smaller ones if its answer is wrong in a way not yet seen. */
async function tryOne(
  sender: Sender,
  requests: fc.Arbitrary<DrawnFor>,
  seed: number,
  found: Map<string, BadAnswer>,
): Promise<void> {
  let kind: string | null = null;
  const property = fc.asyncProperty(requests, async (drawn) => {
    const { sent, why } = await sender.send(drawn);
    if (why.length === 0) return true;
    const own = kindOf(drawn.operation?.id ?? 'none', why);
    if (found.has(own) && kind !== own) return true;
    // Only smaller requests follow one whose answer is wrong.
    kind = own;
    found.set(own, { seed, request: sent, why });
    return false;
  });
  await fc.check(property, {
    seed,
    numRuns: 1,
    interruptAfterTimeLimit: SHRINK_WITHIN_MS,
    markInterruptAsFailure: false,
  });
}

/** Sends requests until `count` are answered, or too many kinds of wrong answers are found. */
export async function fuzzRequests(
  world: FuzzWorld,
  document: ApiDocument,
  { count, seed, onProgress = () => {} }: Wanted,
): Promise<Fuzzed> {
  const requests = requestsFor(document);
  const sender = new Sender(world, document);
  const found = new Map<string, BadAnswer>();
  let sent = 0;
  while (sent < count && found.size < KINDS_MAX) {
    const season = world.nextSeason();
    await openSeason(world, `season-${season}`, season > 0 ? `season-${season - 1}` : 'made-2');
    const end = Math.min(sent + SEASON, count);
    const lane = async () => {
      while (sent < end && found.size < KINDS_MAX) {
        await tryOne(sender, requests, seed + sent++, found);
        onProgress(sent);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }
  return { sent, counts: sender.counts, bad: [...found.values()] };
}
