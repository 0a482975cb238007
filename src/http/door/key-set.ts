import { compactVerify, createLocalJWKSet, errors } from 'jose';
import type { CompactVerifyResult, JSONWebKeySet } from 'jose';
import type { Time } from '../../platform/time.ts';

/** A token whose signature is sound. */
export interface Sound extends CompactVerifyResult {
  /** False when keys came or went since: look at it right before the token is trusted. */
  readonly isCurrent: () => boolean;
}

export interface KeySetOptions {
  /** Where the issuer publishes its keys as a JSON Web Key Set (RFC 7517). */
  readonly url: string;
  readonly time: Pick<Time, 'monotonic' | 'every' | 'deadline'>;
  /** Keys came or went: tokens that older ones verified must be verified again. */
  readonly onChanged: () => void;
  /** The keys could not be fetched; those fetched before stay in use. */
  readonly onError: (error: Error) => void;
}

/** Each belongs to one type of key, so no public key can pass for a secret. */
const ALGORITHMS = ['EdDSA', 'ES256', 'RS256'];
const KEYS_MAX = 50;
const BYTES_MAX = 256 * 1024;
const ANSWER_WITHIN_MS = 3_000;
/** The least time between two attempts that tokens with unknown keys cause. */
const PAUSE_MS = 10_000;
const REFRESH_MS = 5 * 60_000;

/**
 * The public keys of an issuer. They are fetched at the start, every five minutes, and when a token
 * names a key that is unknown. While the issuer does not answer, the last keys stay in use.
 */
export class KeySet {
  readonly #options: KeySetOptions;
  #keys = createLocalJWKSet({ keys: [] });
  /** All keys as one text. */
  #text = '';
  #attemptedAtMs = -Infinity;
  #isAway = false;
  #fetching: Promise<void> | null = null;
  #stopRefreshing = () => {};

  constructor(options: KeySetOptions) {
    this.#options = options;
  }

  start(): void {
    void this.#fetch();
    this.#stopRefreshing = this.#options.time.every(REFRESH_MS, () => void this.#fetch());
  }

  stop(): void {
    this.#stopRefreshing();
  }

  /**
   * @returns null when no key of the set signed the token; `away` when its key is unknown and the
   *   issuer does not answer
   */
  async verify(token: string): Promise<Sound | null | 'away'> {
    const first = await this.#tryKeys(token);
    if (first !== 'unknown key') return first;
    if (this.#fetching || this.#options.time.monotonic() >= this.#attemptedAtMs + PAUSE_MS) {
      await this.#fetch();
      const second = await this.#tryKeys(token);
      if (second !== 'unknown key') return second;
    }
    return this.#isAway ? 'away' : null;
  }

  async #tryKeys(token: string): Promise<Sound | null | 'unknown key'> {
    const keys = this.#keys;
    const isCurrent = () => keys === this.#keys;
    const tried = await compactVerify(token, keys, { algorithms: ALGORITHMS }).catch(whyNot);
    if (!isCurrent()) return this.#tryKeys(token);
    return typeof tried === 'object' && tried !== null ? { ...tried, isCurrent } : tried;
  }

  /** Callers at the same time share one attempt. */
  #fetch(): Promise<void> {
    this.#fetching ??= this.#replaceKeys().finally(() => (this.#fetching = null));
    return this.#fetching;
  }

  async #replaceKeys(): Promise<void> {
    const { url, time, onChanged, onError } = this.#options;
    this.#attemptedAtMs = time.monotonic();
    try {
      const set = await fetchKeys(url, time.deadline(ANSWER_WITHIN_MS));
      const keys = createLocalJWKSet(set);
      const text = set.keys
        .map((key) => JSON.stringify(key))
        .toSorted()
        .join();
      this.#isAway = false;
      if (text === this.#text) return;
      this.#keys = keys;
      this.#text = text;
      onChanged();
    } catch (error) {
      this.#isAway = true;
      onError(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

const whyNot = (error: unknown): null | 'unknown key' =>
  error instanceof errors.JWKSNoMatchingKey ? 'unknown key' : null;

/** @throws when the answer is no key set, is too long, names too many keys or comes too late */
async function fetchKeys(url: string, signal: AbortSignal): Promise<JSONWebKeySet> {
  const headers = { accept: 'application/jwk-set+json, application/json' };
  const reply = await fetch(url, { headers, signal, redirect: 'error' });
  if (reply.status !== 200) throw new Error(`the key set answers with status ${reply.status}`);
  const set = JSON.parse(await textOf(reply)) as JSONWebKeySet;
  if (!Array.isArray(set?.keys)) throw new Error('the key set has no `keys`');
  if (set.keys.length > KEYS_MAX) throw new Error(`the key set has more than ${KEYS_MAX} keys`);
  return set;
}

async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > BYTES_MAX) throw new Error(`the key set has more than ${BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
