/** What the service answers in place of what was asked for (RFC 9457). */
export interface ProblemBody {
  /** Tells kinds of problems apart, e.g. `sold_out`. docs/problems.md lists them. */
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** May be shown to a shopper. */
  readonly message: string;
  /** Names the request in our logs. */
  readonly instance: string;
}

/** A call that was answered with a problem. */
export class ProblemError extends Error {
  readonly problem: ProblemBody;

  constructor(problem: ProblemBody) {
    const { status, code, detail, instance } = problem;
    super(`answered ${status} ${code}: ${detail} (${instance})`);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** What a call of the generated client resolves with. */
interface Called<Data> {
  readonly data?: Data | undefined;
  readonly error?: unknown;
  readonly response?: Response | undefined;
}

const isProblem = (error: unknown): error is ProblemBody =>
  typeof error === 'object' && error !== null && 'code' in error && 'instance' in error;

/**
 * Waits for a call and takes the data out of its answer.
 * @throws ProblemError when the service answered a problem; else the error of the network
 */
export async function answerOf<Data>(call: Promise<Called<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  if (response?.ok) return data as Data;
  if (isProblem(error)) throw new ProblemError(error);
  if (error instanceof Error) throw error;
  throw new Error(`answered ${response?.status ?? 'nothing'}: ${JSON.stringify(error)}`);
}
