import { ProblemError } from '../../../client/index.ts';
import { problemOf } from '../../kit/api/problem.ts';
import type { Problem } from '../../kit/api/problem.ts';

/** One field that the service does not accept. */
export interface FieldFault {
  /** A JSON pointer into the body, e.g. `/price`. */
  readonly pointer: string;
  readonly detail: string;
}

/** Why something was not saved, with all that the service says of it. */
export interface SaveProblem extends Problem {
  /** In English, for people who run a store; null when no answer came. */
  readonly detail: string | null;
  readonly faults: readonly FieldFault[];
}

const isFault = (value: unknown): value is FieldFault =>
  typeof value === 'object' &&
  value !== null &&
  'pointer' in value &&
  'detail' in value &&
  typeof value.pointer === 'string' &&
  typeof value.detail === 'string';

function faultsOf(body: object): readonly FieldFault[] {
  const { errors }: { errors?: unknown } = { ...body };
  return Array.isArray(errors) ? errors.filter(isFault) : [];
}

/** @param error what a call of the client threw */
export function saveProblemOf(error: unknown): SaveProblem {
  const problem = problemOf(error);
  if (!(error instanceof ProblemError)) return { ...problem, detail: null, faults: [] };
  return { ...problem, detail: error.problem.detail, faults: faultsOf(error.problem) };
}

/**
 * What is wrong with a field.
 * @param pointer of the field; what is wrong inside it counts as well
 * @returns null when nothing is
 */
export function faultAt({ faults }: Pick<SaveProblem, 'faults'>, pointer: string): string | null {
  const found = faults.find((one) => one.pointer === pointer || within(one.pointer, pointer));
  return found?.detail ?? null;
}

const within = (inner: string, outer: string): boolean => inner.startsWith(`${outer}/`);
