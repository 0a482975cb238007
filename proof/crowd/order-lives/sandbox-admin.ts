import type { Behaviour } from '../../../src/provider/sandbox-server/behaviour.ts';
import type { SandboxBooks } from '../../../src/provider/sandbox-server/app.ts';
import type { PaymentAnswer } from '../../../src/provider/sandbox-messages.ts';

const ANSWER_WITHIN_MS = 5_000;

/** Sets the behaviour of a sandbox, and reads its books. */
export class SandboxAdmin {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async behave(behaviour: Behaviour): Promise<void> {
    await this.#call('PUT', '/behaviour', behaviour);
  }

  /** Makes the sandbox send the events it holds back. */
  async release(): Promise<void> {
    await this.#call('POST', '/release');
  }

  async books(): Promise<SandboxBooks> {
    return (await this.#call('GET', '/books')) as SandboxBooks;
  }

  /** @param id the sandbox's id of the payment */
  async payment(id: string): Promise<PaymentAnswer> {
    return (await this.#call('GET', `/payments/${id}`)) as PaymentAnswer;
  }

  /** @throws unless the answer is a success */
  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const reply = await fetch(`${this.#url}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (!reply.ok) throw new Error(`the sandbox answers ${reply.status} to ${method} ${path}`);
    return reply.json();
  }
}
