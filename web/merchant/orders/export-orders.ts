import { answerOf, exportSellerOrders } from '../../../client/index.ts';
import type { Client, ExportSellerOrdersData } from '../../../client/index.ts';
import type { PageTime } from '../../kit/time/browser-time.ts';

export type ExportFormat = ExportSellerOrdersData['query']['format'];

const TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
};

export interface ExportRequest {
  readonly sale: string;
  readonly query: ExportSellerOrdersData['query'];
  /** @param bytes that have come so far */
  readonly onProgress: (bytes: number) => void;
}

/** Reads an export. @throws when it ends early: what came is no whole file */
export async function readExport(client: Client, request: ExportRequest): Promise<Blob> {
  const { sale, query, onProgress } = request;
  const call = exportSellerOrders({ client, path: { sale }, query, parseAs: 'stream' });
  const body: unknown = await answerOf(call);
  if (!(body instanceof ReadableStream)) throw new TypeError('the export has no body');
  const parts: BlobPart[] = [];
  let bytes = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts, { type: TYPES[query.format] });
    parts.push(value);
    bytes += value.byteLength;
    onProgress(bytes);
  }
}

/** A browser may begin to read the file after the press. */
const KEPT_MS = 60_000;

/** Lets the browser save a file. */
export function saveFile(time: Pick<PageTime, 'after'>, file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  time.after(KEPT_MS, () => URL.revokeObjectURL(link.href));
}
