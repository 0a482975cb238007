import type { Client } from 'autocannon';

/**
 * Undocumented methods that autocannon 9 calls on its client. A connection of a rush replaces them,
 * so that it decides when to send, what to send, and what a cut means.
 */
export interface WireClient extends Client {
  destroyed: boolean;
  /** Opens a socket, then calls `_doRequest` once. Called again after a cut or a time-out. */
  _connect(): void;
  /** Drops the socket and forgets the request in flight. */
  _destroyConnection(): void;
  /** Sends what `getRequestBuffer` gives; called after each answer. */
  _doRequest(): void;
  getRequestBuffer(): Buffer;
  destroy(): void;
  readonly parser: { readonly type: string; reinitialize(type: string): void };
  readonly requestIterator: {
    recordBody(request: unknown, status: number, body: string, headers: readonly string[]): void;
  };
}

/** The callbacks of a connection. */
interface WireHandlers {
  /** The connection may send: it calls `send` at once or later, or `client.destroy()`. */
  readonly onTurn: (send: () => void) => void;
  /** The bytes that `send` sends. */
  readonly request: () => Buffer;
  /** @param headers names and values in turn, as received */
  readonly onAnswer: (status: number, body: string, headers: readonly string[]) => void;
  /** The socket is gone, with or without a request in flight. `resume` opens a new one. */
  readonly onCut: (resume: () => void) => void;
}

/** Takes over a client. Call it from `setupClient` of autocannon. */
export function takeOver(client: WireClient, handlers: WireHandlers): void {
  const connect = client._connect.bind(client);
  const doRequest = client._doRequest.bind(client);
  let isFirst = true;
  client._connect = () => {
    if (isFirst) {
      isFirst = false;
      connect();
      return;
    }
    // A second event of a socket must not open a second socket or keep half an answer.
    client._destroyConnection();
    client.parser.reinitialize(client.parser.type);
    handlers.onCut(() => {
      if (!client.destroyed) connect();
    });
  };
  client._doRequest = () => {
    handlers.onTurn(() => {
      if (!client.destroyed) doRequest();
    });
  };
  client.getRequestBuffer = handlers.request;
  client.requestIterator.recordBody = (_, status, body, headers) => {
    handlers.onAnswer(status, body, headers);
  };
}
