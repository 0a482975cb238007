import { answerOf } from '../../../client/index.ts';

/** What a call of the client resolves with. */
export interface Called<Data> {
  readonly data?: Data | undefined;
  readonly error?: unknown;
  readonly response?: Response | undefined;
}

/** Something as it was read or saved, with the `ETag` that the next change of it must name. */
export interface Versioned<Data> {
  readonly data: Data;
  /** Empty when the answer named none. */
  readonly tag: string;
}

/** @throws ProblemError when the service answered a problem; else the error of the network */
export async function versionedOf<Data>(call: Promise<Called<Data>>): Promise<Versioned<Data>> {
  const called = await call;
  const data = await answerOf(Promise.resolve(called));
  return { data, tag: called.response?.headers.get('etag') ?? '' };
}
