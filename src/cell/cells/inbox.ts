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
  /** The tag of that entry; '' for none. */
  readonly tag: string;
  /** Orders settled or buried in this epoch. */
  readonly orders: number;
}

/** `inbox`: the last instruction it applied · `watermark`: the last entry it knows as settled. */
export type InstructReply =
  | { readonly word: 'applied' | 'gap'; readonly inbox: number; readonly watermark: number }
  | { readonly word: 'malformed'; readonly number: number }
  | Fenced;

export const instruct = defineScript('instruct', {
  keys: [
    'fence',
    'meta',
    'stock',
    'shelves',
    'offers',
    'shoppers',
    'rules',
    'pots',
    'wallets',
    'outbox',
  ],
  args: ['instructions', 'watermark', 'watermark_tag', 'settled', 'tag'],
  flags: 'allow-oom',
  decode: (reply): InstructReply => {
    const [word, number, watermark] = reply as readonly [string, number, number];
    if (word === 'fenced') return fenced(reply);
    if (word === 'applied' || word === 'gap') return { word, inbox: number, watermark };
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
    watermark_tag: watermark.tag,
    settled: watermark.orders,
    tag: randomBytes(TAG_BYTES).toString('base64url'),
  });
}
