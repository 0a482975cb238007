import { randomBytes } from 'node:crypto';
import type { NumberedInstruction } from '../../domain/inbox-instruction.ts';
import { pack } from '../../platform/codec.ts';
import { callScript, defineScript } from '../../platform/script.ts';
import type { CellAddress } from '../cell-address.ts';
import { fenced, unexpected } from '../replies.ts';
import type { Fenced } from '../replies.ts';

const TAG_BYTES = 16;

/** How far the ledger has settled a cell's present epoch. */
export interface Watermark {
  /** Highest settled entry; 0: none yet. */
  readonly seq: number;
  /** Orders settled or buried in this epoch. */
  readonly orders: number;
}

export type InstructReply =
  | { readonly word: 'applied' | 'gap'; readonly inbox: number }
  | { readonly word: 'malformed'; readonly number: number }
  | Fenced;

export const instruct = defineScript('instruct', {
  keys: ['fence', 'meta', 'stock', 'offers', 'shoppers', 'rules', 'pots', 'wallets', 'outbox'],
  args: ['instructions', 'watermark', 'settled', 'tag'],
  flags: 'allow-oom',
  decode: (reply): InstructReply => {
    const [word, number] = reply as readonly [string, number];
    if (word === 'fenced') return fenced(reply);
    if (word === 'applied' || word === 'gap') return { word, inbox: number };
    if (word === 'malformed') return { word, number };
    return unexpected('instruct', word);
  },
});

/**
 * Gives a cell its next instructions (none is fine) and its watermark. Repeating is harmless.
 * @param instructions ascending, at most `INSTRUCTIONS_PER_CALL`
 * @throws when the cell is not open, or the server does not know the script
 */
export async function giveInstructions(
  cell: CellAddress,
  instructions: readonly NumberedInstruction[],
  watermark: Watermark,
): Promise<InstructReply> {
  if (!cell.shas) return { word: 'fenced', epoch: '' };
  return callScript(cell.steady, instruct, cell.shas.instruct, cell.keys, {
    instructions: pack(instructions.map(({ number, body }) => [number, body])),
    watermark: watermark.seq,
    settled: watermark.orders,
    tag: randomBytes(TAG_BYTES).toString('base64url'),
  });
}
