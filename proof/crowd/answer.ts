/** The parts of an answer that the client needs. */
export interface Answer {
  readonly status: number;
  /** The code of a problem; empty for an order. */
  readonly code: string;
  /** The order's id; empty without one. */
  readonly order: string;
  readonly isReplay: boolean;
}

const CREATED = 201;
const REPLAYED = 'idempotency-replayed';

function bodyOf(text: string): { id?: unknown; code?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as { id?: unknown; code?: unknown };
  } catch {
    return {};
  }
}

/** @param headers names and values in turn, as received */
export function readAnswer(status: number, text: string, headers: readonly string[]): Answer {
  const { id, code } = bodyOf(text);
  if (status === CREATED && typeof id === 'string') {
    const isReplay = headers.some((name, i) => i % 2 === 0 && name.toLowerCase() === REPLAYED);
    return { status, code: '', order: id, isReplay };
  }
  const known = typeof code === 'string' && /^[a-z_]+$/.test(code) ? code : `status ${status}`;
  return { status, code: known, order: '', isReplay: false };
}

/** The kind that an answer is counted as. */
export function kindOf({ order, isReplay, code }: Answer): string {
  if (order === '') return code;
  return isReplay ? 'replayed' : 'placed';
}
