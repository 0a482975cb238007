import { Client } from 'pg';
import { answerOf, listDeadLetters, placeOrder } from '../../../client/index.ts';
import { setTimeout as wait } from 'node:timers/promises';
import { PEOPLE } from './scene.ts';
import type { Scene } from './scene.ts';

const UNLUCKY = { sub: 'noah', role: 'shopper' } as const;
const LOOK_MS = 200;
const LOOKS = 150;

/** Lets the ledger refuse one order. @returns the id of its dead letter */
export async function buryOrder(scene: Scene): Promise<string> {
  const ledger = new Client({ connectionString: scene.databaseUrl });
  await ledger.connect();
  try {
    await ledger.query(
      `alter table orders add constraint refused check (shopper <> '${UNLUCKY.sub}')`,
    );
    await answerOf(
      placeOrder({
        client: scene.client(UNLUCKY),
        path: { sale: scene.eleven.sale.id },
        headers: { 'Idempotency-Key': 'unlucky' },
        body: { lines: [{ offer: 'cushion', quantity: 2 }] },
      }),
    );
    return await firstLetter(scene);
  } finally {
    await ledger.query('alter table orders drop constraint if exists refused');
    await ledger.end();
  }
}

async function firstLetter(scene: Scene): Promise<string> {
  const client = scene.client(PEOPLE.olaf);
  for (let looks = 0; looks < LOOKS; looks++) {
    const [letter] = (await answerOf(listDeadLetters({ client }))).items;
    if (letter) return String(letter.id);
    await wait(LOOK_MS);
  }
  throw new Error('no order became a dead letter');
}
