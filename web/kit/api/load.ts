import { effect, signal, untracked } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Session } from '../session/session.ts';
import type { PageTime } from '../time/browser-time.ts';
import type { Network } from './network.ts';
import { OFFLINE, isAborted, isPassing, problemOf } from './problem.ts';
import type { Problem } from './problem.ts';

/** What a view has of what it shows. `atMs` is when it was read, by `monotonic`. */
export type Loaded<Data> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly data: Data; readonly atMs: number }
  /** A later read failed or is late: `data` may no longer be true. */
  | {
      readonly state: 'stale' | 'offline';
      readonly data: Data;
      readonly atMs: number;
      readonly problem: Problem;
    }
  /** There is nothing to show. */
  | { readonly state: 'failed'; readonly problem: Problem };

export interface LoadDeps {
  readonly network: Network;
  readonly time: PageTime;
  /** What is read depends on who reads it. */
  readonly session: Session;
}

export interface LoadOptions {
  /** Reads again after so long, while the page is seen; undefined: only on a return. */
  readonly everyMs?: number;
}

/** Something that a view shows, read again when the network or the visitor comes back. */
export interface Load<Data> {
  readonly now: ReadonlySignal<Loaded<Data>>;
  /** Reads again; after a failure a view offers it as "Try again". */
  again(): void;
  /** Changes what is shown, by news of a stream or an answer; it is as old as before. */
  change(edit: (data: Data) => Data): void;
  close(): void;
}

/** A read that lasts longer is late: what is shown gets its age. */
const LATE_MS = 5_000;
/** After a failure it is tried again, ever more rarely. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
const NOT_FOUND = 404;

/** @param read is given up when the view is gone or reads again */
export function startLoad<Data>(
  read: (signal: AbortSignal) => Promise<Data>,
  { network, time, session }: LoadDeps,
  { everyMs }: LoadOptions = {},
): Load<Data> {
  const now = signal<Loaded<Data>>({ state: 'loading' });
  let abort = new AbortController();
  let cancel = () => {};
  let cancelLate = () => {};
  let failures = 0;
  const plan = (ms: number) => {
    cancel = time.after(ms, () => (network.isSeen.peek() ? run() : plan(ms)));
  };
  const onFailure = (error: unknown) => {
    const problem = problemOf(error);
    now.value = afterFailure(now.peek(), problem);
    const pauseMs = Math.min(FIRST_RETRY_MS * 2 ** failures++, LONGEST_RETRY_MS);
    if (isPassing(problem.status)) plan(pauseMs);
  };
  const onLate = () => {
    const known = now.peek();
    if (known.state === 'ready') now.value = { ...known, state: 'stale', problem: OFFLINE };
  };
  const stop = () => {
    cancel();
    cancelLate();
    abort.abort();
  };
  const run = () => {
    stop();
    abort = new AbortController();
    const { signal: own } = abort;
    cancelLate = time.after(LATE_MS, onLate);
    read(own).then(
      (data) => {
        if (own.aborted) return;
        cancelLate();
        failures = 0;
        now.value = { state: 'ready', data, atMs: time.monotonic() };
        if (everyMs !== undefined) plan(everyMs);
      },
      (error: unknown) => {
        if (own.aborted || isAborted(error)) return;
        cancelLate();
        onFailure(error);
      },
    );
  };
  const forget = effect(() => {
    // The first run reads; each return, and each new token, reads again.
    void network.returns.value;
    void session.token;
    untracked(run);
  });
  return {
    now,
    again: () => {
      if (now.peek().state === 'failed') now.value = { state: 'loading' };
      run();
    },
    change: (edit) => {
      const known = now.peek();
      if ('data' in known) now.value = { ...known, data: edit(known.data) };
    },
    close: () => {
      forget();
      stop();
    },
  };
}

function afterFailure<Data>(before: Loaded<Data>, problem: Problem): Loaded<Data> {
  if (!('data' in before) || problem.status === NOT_FOUND) return { state: 'failed', problem };
  const state = problem.code === 'offline' ? 'offline' : 'stale';
  return { state, data: before.data, atMs: before.atMs, problem };
}
