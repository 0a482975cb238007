/** The exit codes of the service, of every command and of the programs that prove and measure. */
export const EXIT = {
  fine: 0,
  fault: 1,
  usage: 2,
  redis: 3,
  server: 4,
  cutOff: 5,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitWord = keyof typeof EXIT;

/** When a process ends with a code, in words that complete "it ends with this code when". */
export const ENDS_WHEN: Readonly<Record<ExitWord, string>> = {
  fine: 'all went well; after a signal to the service: everything was finished',
  fault: 'something failed, or a command found a fault',
  usage:
    'the environment or the command line is wrong, or nothing can listen at `HOST` and `PORT`; ' +
    'nothing was done',
  redis: 'this Redis is not the one that holds the cells',
  server:
    'Redis or Postgres cannot be used: it does not answer, refuses our user, only reads, is too ' +
    'old or is another product',
  cutOff:
    'a signal stopped the service, and after 8 s something was unfinished, or a second signal came',
  hungUp: 'SIGHUP ended a command before its end',
  interrupted: 'SIGINT (Ctrl-C) ended a command before its end',
  terminated: 'SIGTERM ended a command before its end',
};

/** The codes of commands and programs that a signal ends, as a shell names them. */
export const SIGNAL_CODES = {
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
  SIGHUP: EXIT.hungUp,
} as const;

/** Ends a process after the help, the version or a wrong command line. */
export const endAfterParsing = ({ exitCode }: { readonly exitCode: number }): never =>
  process.exit(exitCode === 0 ? EXIT.fine : EXIT.usage);

/** A command ends at a signal; what it had not committed is undone. */
export function endOnSignals(): void {
  for (const [signal, code] of Object.entries(SIGNAL_CODES)) {
    process.once(signal, () => process.exit(code));
  }
}
