import { ProblemError } from '../../../client/index.ts';
import { TIMEOUT } from './in-time.ts';

/** Why something did not work, in words that a view can show. */
export interface Problem {
  /** `offline` when no answer came, else the code of the problem, e.g. `sold_out`. */
  readonly code: string;
  /** 0 when no answer came. */
  readonly status: number;
  /** For the visitor, in the language of the request; null when no answer came. */
  readonly message: string | null;
  /** Names the request in the logs of the service; null when no answer came. */
  readonly requestId: string | null;
}

export const OFFLINE: Problem = { code: 'offline', status: 0, message: null, requestId: null };
const FAULT: Problem = { code: 'fault', status: 0, message: null, requestId: null };
const ID_PREFIX = 'urn:doorbuster:request:';

/** @param error what a call of the client threw */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) {
    const { code, status, message, instance } = error.problem;
    return { code, status, message, requestId: instance.replace(ID_PREFIX, '') };
  }
  return isUnanswered(error) ? OFFLINE : FAULT;
}

/** Whether no answer came. A browser's `fetch` throws a `TypeError` without a network. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof TypeError || (error instanceof DOMException && error.name === TIMEOUT);

export const isAborted = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'AbortError';

const BAD_REQUEST = 400;
const TOO_MANY = 429;
const SERVER_FAULT = 500;

/** Whether the same request may be answered otherwise later. @param status 0 when no answer came */
export const isPassing = (status: number): boolean =>
  status < BAD_REQUEST || status === TOO_MANY || status >= SERVER_FAULT;
