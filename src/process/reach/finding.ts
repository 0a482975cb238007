/** Why a server cannot be used. */
export interface Finding {
  /** What is wrong, as the end of a sentence about the server, such as `refuses the password`. */
  readonly what: string;
  /** What to do about it, as a sentence without its full stop. */
  readonly remedy: string;
  /** True when it may pass by itself, as the start of a server does. */
  readonly mayPass: boolean;
}

/** Asks a server once whether it can be used; null: it can. */
export type Probe = (url: string) => Promise<Finding | null>;

/** The longest that a server may take for each answer to a probe. */
export const PROBE_MS = 2_000;

export const mayPass = (what: string, remedy: string): Finding => ({ what, remedy, mayPass: true });
export const stays = (what: string, remedy: string): Finding => ({ what, remedy, mayPass: false });

/** What an error says when there is no better word for it: its code, else its first line. */
export function shortly(error: Error & { code?: unknown }): string {
  return String(error.code ?? error.message.split('\n')[0]);
}
