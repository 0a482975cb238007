import { join } from 'node:path';
import { signFor } from '../../builders/secrets.ts';
import { Dice } from '../../builders/dice.ts';
import { ClientJournal } from './client-journal.ts';
import { JournalledAsker } from './journalled-asker.ts';

/** Where the clients of an episode buy. */
export interface Market {
  readonly sale: string;
  /** The origins of the apis. */
  readonly apis: readonly string[];
  readonly jwtSecret: string;
  /** Holds the journals: one file a client. */
  readonly folder: string;
  readonly seed: number;
}

const SEED_STEP = 0x1_0001;

/** One client: its journal is `<name>.jsonl`. */
export interface Client {
  readonly name: string;
  readonly dice: Dice;
  readonly asker: JournalledAsker;
}

/** Makes the clients of an episode, and knows their journals. */
export class Clients {
  readonly market: Market;
  readonly #journals = new Map<string, ClientJournal>();

  constructor(market: Market) {
    this.market = market;
  }

  /** @param tries of a request that is cut or answered 503 */
  make(name: string, tries: number): Client {
    const { apis, seed } = this.market;
    const journal = new ClientJournal(this.#fileOf(name));
    const dice = new Dice(seed + SEED_STEP * (this.#journals.size + 1));
    this.#journals.set(name, journal);
    return { name, dice, asker: new JournalledAsker({ journal, apis, dice, tries }) };
  }

  tokenOf(shopper: string): string {
    const claims = { sub: shopper, role: 'shopper' } as const;
    return signFor(this.market.jwtSecret, claims);
  }

  /** The journals: name of the client → file. */
  files(): Map<string, string> {
    return new Map([...this.#journals.keys()].map((name) => [name, this.#fileOf(name)]));
  }

  close(): void {
    for (const journal of this.#journals.values()) journal.close();
  }

  #fileOf(name: string): string {
    return join(this.market.folder, `${name}.jsonl`);
  }
}
