import type { Outcome } from '../desk/history.ts';

/** How an outcome is filled: by a colour role and a pattern, so that colour alone tells nothing. */
export interface Fill {
  /** A custom property of tokens.css. */
  readonly role: string;
  readonly pattern: 'plain' | 'lines' | 'dots';
}

export const FILLS: Readonly<Record<Outcome, Fill>> = {
  placed: { role: '--good', pattern: 'plain' },
  soldOut: { role: '--muted', pattern: 'lines' },
  busy: { role: '--warn', pattern: 'dots' },
  refused: { role: '--edge', pattern: 'plain' },
  faults: { role: '--bad', pattern: 'plain' },
  other: { role: '--line', pattern: 'dots' },
};

const TILE_PX = 6;
const DOT_PX = 3;
const FULL_TURN = Math.PI * 2;

/**
 * A fill for a canvas.
 * @param colorOf the colour of a role, now
 */
export function paintOf(
  context: CanvasRenderingContext2D,
  { role, pattern }: Fill,
  colorOf: (role: string) => string,
): CanvasPattern | string {
  const color = colorOf(role);
  if (pattern === 'plain') return color;
  const tile = document.createElement('canvas');
  tile.width = TILE_PX;
  tile.height = TILE_PX;
  const drawing = tile.getContext('2d');
  if (!drawing) return color;
  drawing.fillStyle = color;
  drawing.strokeStyle = color;
  if (pattern === 'lines') {
    drawing.lineWidth = 2;
    drawing.beginPath();
    drawing.moveTo(0, TILE_PX);
    drawing.lineTo(TILE_PX, 0);
    drawing.stroke();
  } else {
    drawing.beginPath();
    drawing.arc(TILE_PX / 2, TILE_PX / 2, DOT_PX / 2, 0, FULL_TURN);
    drawing.fill();
  }
  return context.createPattern(tile, 'repeat') ?? color;
}
