import type { Browser } from 'playwright-core';

/** The side of a block, in pixels: a line of text or two, so that its letters do not count. */
const BLOCK = 24;

/** Means of the colours of blocks, row by row: red, green and blue of each, from 0 to 255. */
export interface Blocks {
  readonly columns: number;
  readonly rows: number;
  readonly means: readonly number[];
}

/** Reads PNGs as blocks, in the browser: no other decoder is needed. */
export async function blocksOf(browser: Browser, pictures: readonly Buffer[]): Promise<Blocks[]> {
  const page = await browser.newPage();
  const read = (picture: Buffer) =>
    page.evaluate(
      async ({ data, block }) => {
        const image = new Image();
        image.src = `data:image/png;base64,${data}`;
        await image.decode();
        const columns = Math.ceil(image.width / block);
        const rows = Math.ceil(image.height / block);
        const canvas = new OffscreenCanvas(columns, rows);
        const context = canvas.getContext('2d')!;
        context.imageSmoothingQuality = 'high';
        context.drawImage(image, 0, 0, columns, rows);
        const { data: pixels } = context.getImageData(0, 0, columns, rows);
        const means = [...pixels].filter((_, i) => i % 4 !== 3);
        return { columns, rows, means };
      },
      { data: picture.toString('base64'), block: BLOCK },
    );
  try {
    return await Promise.all(pictures.map(read));
  } finally {
    await page.close();
  }
}

/** @returns the mean difference of the colours, from 0 to 1; 1 when the sizes differ */
export function differenceOf(one: Blocks, other: Blocks): number {
  if (one.columns !== other.columns || one.rows !== other.rows) return 1;
  const sum = one.means.reduce((all, mean, i) => all + Math.abs(mean - other.means[i]!), 0);
  return sum / one.means.length / 255;
}
