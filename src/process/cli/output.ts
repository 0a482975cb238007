import type { Command } from 'commander';
import type { Refusal } from '../../domain/refusals.ts';
import { systemTime } from '../../platform/time.ts';
import type { Time } from '../../platform/time.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitWord } from '../exit-codes.ts';

/** Why a command failed, in a word: of a problem in docs/problems.md, or of an exit code. */
export type FailWord = Refusal['code'] | ExitWord;

/** What an output writes to; a process is one. */
interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  exitCode?: number | string | null | undefined;
}

/** How long a command may be silent before it says that it is at work. */
export const SILENT_MS = 2_000;

/**
 * What a command prints: for people, or with `--json` for programs. Every answer is given in both
 * forms, and one of them is printed. An answer goes to standard output, all else to standard error.
 */
export class Output {
  readonly isJson: boolean;
  readonly #streams: Streams;
  readonly #time: Pick<Time, 'monotonic' | 'every'>;
  #printedMs: number;

  constructor(
    isJson: boolean,
    streams: Streams = process,
    time: Pick<Time, 'monotonic' | 'every'> = systemTime,
  ) {
    this.isJson = isJson;
    this.#streams = streams;
    this.#time = time;
    this.#printedMs = time.monotonic();
  }

  /** Prints an answer: the words, or the document on one line. */
  say(words: string, document: unknown): void {
    this.#write('stdout', this.isJson ? JSON.stringify(document) : words);
  }

  /** Prints a list: a table, or each item on a line. Words say that it is empty. */
  list<Item>(
    items: readonly Item[],
    { empty, table }: { readonly empty: string; readonly table: () => string },
    document: (item: Item) => unknown = (item) => item,
  ): void {
    if (!this.isJson) return this.#write('stdout', items.length === 0 ? empty : table());
    for (const item of items) this.#write('stdout', JSON.stringify(document(item)));
  }

  /** Prints a line that is not part of the answer. */
  note(line: string): void {
    this.#write('stderr', this.isJson ? JSON.stringify({ note: line }) : line);
  }

  /** Prints why the command failed, and sets its exit code. */
  fail(lines: readonly string[], code: FailWord = 'fault'): void {
    const text = lines.join('\n');
    this.#write('stderr', this.isJson ? JSON.stringify({ error: text, code }) : text);
    this.foundFault();
  }

  /** Sets the exit code of a command whose answer, as printed, is a fault. */
  foundFault(): void {
    this.#streams.exitCode = EXIT.fault;
  }

  /** Does work, and says now and then that it goes on, unless the work itself prints something. */
  async during<T>(what: string, work: () => Promise<T>): Promise<T> {
    const beganMs = this.#time.monotonic();
    const cancel = this.#time.every(SILENT_MS, () => {
      const nowMs = this.#time.monotonic();
      if (nowMs - this.#printedMs < SILENT_MS) return;
      this.note(`${what}: at work for ${Math.round((nowMs - beganMs) / 1_000)} s`);
    });
    try {
      return await work();
    } finally {
      cancel();
    }
  }

  #write(to: 'stdout' | 'stderr', line: string): void {
    this.#printedMs = this.#time.monotonic();
    this.#streams[to].write(`${line}\n`);
  }
}

/** The output of a command as its `--json` says. */
export const outputOf = (command: Command): Output =>
  new Output(command.optsWithGlobals<{ json?: boolean }>().json === true);

/** A reader such as `head` may stop early. The program does its work to the end all the same. */
export function allowClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** The style of tables: without colours, for they are often piped. */
export const PLAIN = { head: [], border: [] };
