import { purchaseName } from './compare-books.ts';
import type { Asked, Evidence } from './compare-books.ts';
import { readJournal } from './journal.ts';
import type { JournalAnswer, JournalLine, JournalRequest } from './journal.ts';

/** Gathers evidence from journals, line by line. */
class EvidenceGatherer {
  readonly asked = new Map<string, Asked[]>();
  readonly acknowledged = new Map<string, Set<string>>();
  readonly soldOut = new Set<string>();
  /** The request in flight, by journal and connection. */
  readonly #open = new Map<string, JournalRequest>();

  /**
   * @param journal names the file of the line, for each file numbers its connections from 0
   * @throws RangeError for an answer without a request: then the journal itself is wrong
   */
  note(journal: string, line: JournalLine): void {
    const connection = `${journal}\t${line.connection}`;
    if (line.kind === 'request') {
      this.#open.set(connection, line);
      this.#noteAsked(line);
      return;
    }
    const request = this.#open.get(connection);
    if (request?.number !== line.number) {
      throw new RangeError(`answer ${line.number} of connection ${connection} has no request`);
    }
    this.#noteAnswer(request, line);
  }

  #noteAsked({ shopper, key, offer, quantity }: JournalRequest): void {
    const name = purchaseName(shopper, key);
    const bodies = this.asked.get(name);
    if (!bodies) this.asked.set(name, [[{ offer, quantity }]]);
    else if (!bodies.some(([line]) => line!.offer === offer && line!.quantity === quantity)) {
      bodies.push([{ offer, quantity }]);
    }
  }

  #noteAnswer({ shopper, key, offer }: JournalRequest, { order, code }: JournalAnswer): void {
    if (code === 'sold_out') this.soldOut.add(offer);
    if (order === '') return;
    const name = purchaseName(shopper, key);
    const ids = this.acknowledged.get(name);
    if (ids) ids.add(order);
    else this.acknowledged.set(name, new Set([order]));
  }
}

/** Reads journals and gathers what their clients know. */
export async function gatherEvidence(journals: readonly string[]): Promise<Evidence> {
  const gatherer = new EvidenceGatherer();
  for (const file of journals) {
    for await (const line of readJournal(file)) gatherer.note(file, line);
  }
  return gatherer;
}
