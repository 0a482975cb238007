import { ProblemError } from '../../client/index.ts';
import type { QuoteProblem } from '../../client/index.ts';
import { problemOf } from '../kit/api/problem.ts';
import type { Problem } from '../kit/api/problem.ts';

export { isOpenEnded } from '../kit/api/open-ended.ts';

/** A problem with the fields that only its code has, as far as the service sent them. */
export interface Refusal extends Problem {
  readonly offer: string | null;
  readonly promotion: string | null;
  readonly unitsLeft: number | null;
  readonly limit: number | null;
  readonly taken: number | null;
  /** What a limit counts, if not units: `holds` or `orders`. */
  readonly of: string | null;
  readonly balance: string | null;
  /** The price that the service asks now, in minor units. */
  readonly total: number | null;
}

const REFUSED = 409;

/** @param error what a call of the client threw */
export function refusalOf(error: unknown): Refusal {
  const fields = error instanceof ProblemError ? { ...error.problem } : {};
  return withFields(problemOf(error), fields);
}

/** What a quote foretells: an order of the cart would be refused so. */
export const foretoldRefusal = (problem: QuoteProblem): Refusal =>
  withFields(
    { code: problem.code, status: REFUSED, message: problem.message, requestId: null },
    { ...problem },
  );

function withFields(problem: Problem, fields: Readonly<Record<string, unknown>>): Refusal {
  const text = (name: string) => {
    const value = fields[name];
    return typeof value === 'string' ? value : null;
  };
  const number = (name: string) => {
    const value = fields[name];
    return typeof value === 'number' ? value : null;
  };
  return {
    ...problem,
    offer: text('offer'),
    promotion: text('promotion'),
    unitsLeft: number('unitsLeft'),
    limit: number('limit'),
    taken: number('taken'),
    of: text('of'),
    balance: text('balance'),
    total: number('total'),
  };
}
