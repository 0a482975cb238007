import type { RunningServer } from '../../../src/platform/embedded/running-server.ts';

export interface DisposableServer {
  readonly server: RunningServer;
  /** Ends the server and removes its data. */
  discard(): Promise<void>;
}
