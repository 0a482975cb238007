import { createClient, createConfig } from './generated/client/index.ts';
import type { Client } from './generated/client/index.ts';
import { DEFAULT_RETRIES, retryingFetch } from './retrying-fetch.ts';
import type { Retries } from './retrying-fetch.ts';

export interface Connection {
  /** The origin of the service, e.g. `https://sales.shop.example`. */
  readonly url: string;
  /** Gives a valid token, asked before each request. Without it requests are anonymous. */
  readonly token?: () => string | Promise<string>;
  /** The language of `message`, as `Accept-Language` has it; browsers send their own. */
  readonly language?: string;
  /** What is not given stays at its default: 6 tries within 30 seconds. */
  readonly retries?: Partial<Retries>;
  /** Sends each try, for instance with a time limit of its own; default: `fetch`. */
  readonly send?: typeof fetch;
}

/** What every call of the API takes as its `client`. It keeps no connection of its own. */
export function connect({ url, token, language, retries = {}, send }: Connection): Client {
  const fetch = retryingFetch({ ...DEFAULT_RETRIES, ...retries }, send);
  const headers = language === undefined ? {} : { 'Accept-Language': language };
  const auth = token ? { auth: token } : {};
  return createClient(createConfig({ baseUrl: url, fetch, headers, ...auth }));
}
