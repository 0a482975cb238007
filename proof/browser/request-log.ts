import type { CDPSession } from 'playwright-core';

/** A request of a page. */
export interface PageRequest {
  readonly url: string;
  /** Whether a script asked for it to show what came. */
  readonly isData: boolean;
  /** The address of the script that asked, else of the document; empty: nobody did. */
  readonly askedBy: string;
}

/** What a page asks for, and how many bytes travel to it. */
export class RequestLog {
  /** Of the bodies as they travel, compressed. */
  bytes = 0;
  readonly #all: PageRequest[] = [];

  /** Call it before the page is opened. */
  async watch(session: CDPSession): Promise<void> {
    session.on('Network.requestWillBeSent', ({ request: { url }, type, initiator }) => {
      const isData = type === 'Fetch' || type === 'XHR';
      const askedBy = initiator.stack?.callFrames[0]?.url ?? initiator.url ?? '';
      this.#all.push({ url, isData, askedBy });
    });
    session.on('Network.dataReceived', ({ encodedDataLength }) => {
      this.bytes += encodedDataLength;
    });
    await session.send('Network.enable');
  }

  /** In the order in which they were sent. */
  get all(): readonly PageRequest[] {
    return [...this.#all];
  }
}
