/** A server that this process started, on a data folder that outlives it. */
export interface RunningServer {
  readonly url: string;
  /** Changes with every restart. */
  readonly pid: number;
  /** For people, such as `Redis 7.0.15 from /usr/bin`. */
  readonly origin: string;
  /** Asks it to stop, and kills it if it still runs after ten seconds. */
  stop(): Promise<void>;
  /** Kills it and its children (SIGKILL). Its data folder holds what it had promised to keep. */
  kill(): Promise<void>;
  /** Starts it again at the same address and data folder, and waits until it answers. */
  restart(): Promise<void>;
}
