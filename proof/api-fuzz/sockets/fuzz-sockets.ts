import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import type { ApiDocument } from '../document/api-document.ts';
import { problemFaults } from '../document/check-answer.ts';
import type { FuzzWorld } from '../world/fuzz-world.ts';
import { until } from '../../fleet/until.ts';
import { openSeason } from '../world/season.ts';
import { ATTACKED_SALE, attacks } from './attacks.ts';
import type { Attack } from './attacks.ts';
import { END_WITHIN_MS, exchange } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { RawAnswer } from './parse-answers.ts';

export interface WantedSockets {
  readonly count: number;
  /** Of the first connection; each further one has the next number. */
  readonly seed: number;
  readonly onProgress?: (opened: number) => void;
}

/** The smallest attack found that is not met as it should be. */
export interface BadExchange {
  readonly seed: number;
  readonly attack: Attack;
  readonly why: readonly string[];
}

export interface FuzzedSockets {
  readonly opened: number;
  /** How often a connection had these answers, such as `200 200`, or none: `closed`, `cut`. */
  readonly endings: ReadonlyMap<string, number>;
  readonly bad: BadExchange | null;
}

/** Node itself refuses a request without a host, or with an unknown expectation, like this. */
const BARE = new Set([400, 417]);
const LANES = 64;
const SHRINK_WITHIN_MS = 30_000;
const FAULTS_FROM = 500;
const BUSY = 503;
const CLEAR_WITHIN_MS = 5_000;

function answerFaults(document: ApiDocument, { status, headers, body }: RawAnswer): string[] {
  const faults = status >= FAULTS_FROM && status !== BUSY ? [`${status} is a fault`] : [];
  if (!headers.get('content-type')?.startsWith('application/problem+json')) {
    return status < 400 || (BARE.has(status) && body.length === 0)
      ? faults
      : [...faults, `${status} is not a problem`];
  }
  if (body.length === 0) return faults;
  return [...faults, ...problemFaults(document, status, JSON.parse(body.toString()))];
}

function faultsOf(document: ApiDocument, attack: Attack, got: Exchange): string[] {
  if (attack.end === 'cuts') return [];
  if (!got.isClosed) return [`open for ${END_WITHIN_MS} ms after the last byte was sent`];
  const { answers, rest, fault } = got;
  if (fault !== null) return [fault];
  if (attack.isStream) return answers.some(({ status }) => status !== 200) ? ['no stream'] : [];
  const wrong = answers.flatMap((answer) => answerFaults(document, answer));
  if (rest > 0) wrong.push(`the last answer lacks its end: ${rest} bytes`);
  if (answers.length < attack.least) wrong.push('closed without an answer');
  if (answers.length > attack.most)
    wrong.push(`${answers.length} answers instead of ${attack.most}`);
  return wrong;
}

/** Attacks the listening app until `count` connections are over or one is not met well. */
export async function fuzzSockets(
  world: FuzzWorld,
  document: ApiDocument,
  { count, seed, onProgress = () => {} }: WantedSockets,
): Promise<FuzzedSockets> {
  const { attacked } = world;
  await openSeason(world, ATTACKED_SALE, 'made-2');
  const { port } = attacked.server.address() as AddressInfo;
  const endings = new Map<string, number>();
  let [opened, bad] = [0, null as BadExchange | null];
  const tryOne = async (own: number): Promise<void> => {
    const property = fc.asyncProperty(attacks, async (attack) => {
      const got = await exchange(port, attack);
      const why = faultsOf(document, attack, got);
      if (why.length > 0) bad = { seed: own, attack, why };
      const statuses = new Set(got.answers.map(({ status }) => status));
      const ending = attack.end === 'cuts' ? 'cut' : [...statuses].join(' ') || 'closed';
      endings.set(ending, (endings.get(ending) ?? 0) + 1);
      return why.length === 0;
    });
    await fc.check(property, {
      seed: own,
      numRuns: 1,
      interruptAfterTimeLimit: SHRINK_WITHIN_MS,
      markInterruptAsFailure: false,
    });
  };
  const lane = async () => {
    while (opened < count && bad === null) {
      await tryOne(seed + opened++);
      onProgress(opened);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  if (bad === null) {
    const isClear = async () => (await openOf(attacked)) === 0;
    await until('no attacked connection is left', CLEAR_WITHIN_MS, isClear);
  }
  return { opened, endings, bad };
}

/** Open connections of the app. */
function openOf({ server }: FuzzWorld['attacked']): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  return promise;
}
