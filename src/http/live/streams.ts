import type { ServerResponse } from 'node:http';
import type { Time } from '../../platform/time.ts';
import { SpreadFrames } from './spread-frames.ts';
import type { Frame } from './spread-frames.ts';

/** The subject of some streams. It is read and serialised once for all of them. */
export interface Channel {
  /**
   * What a new stream begins with.
   * @param lastEventId the last id that its reader got before; null: none
   */
  first(lastEventId: string | null): readonly Frame[];
  /** What changed since the last call; null: nothing. `over`: there is nothing to tell any more. */
  refresh(): Frame | null | 'over';
  /** A sign of life. */
  beat(): Frame;
}

export interface StreamsOptions {
  readonly time: Pick<Time, 'after' | 'every'>;
  /** The most streams at once. */
  readonly max: number;
  /** How often channels are refreshed. */
  readonly tickMs: number;
}

interface Open {
  readonly channel: Channel;
  readonly streams: Set<ServerResponse>;
  readonly frames: SpreadFrames;
}

export interface StreamOptions {
  /** Ends the stream after this time, or after an hour if that is sooner. */
  readonly lastsMs?: number | undefined;
  readonly lastEventId?: string | null;
}

const HEARTBEAT_MS = 15_000;
/** The longest a stream lasts; it also ends when the token that opened it expires. */
const STREAM_MS = 3_600_000;
/** The limit of all streams together: beyond it those furthest behind are cut off. */
const MAX_ALL_UNREAD_BYTES = 64 * 1024 * 1024;
/** New streams may be sent this much between two looks at the unread bytes of all. */
const MAX_UNCHECKED_BYTES = 4 * 1024 * 1024;

/** The open streams of one kind in this process; one timer feeds them from memory. */
export class Streams {
  readonly #options: StreamsOptions;
  readonly #channels = new Map<string, Open>();
  #count = 0;
  /** Sent to new streams since the last look at what is unread. */
  #uncheckedBytes = 0;
  /** Cancel the two timers that run while a stream is open. */
  #cancels: readonly (() => void)[] = [];
  #isClosed = false;

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#isClosed || this.#count >= this.#options.max;
  }

  /**
   * Begins a stream, and from then on sends it the changes.
   * @param name of the channel
   * @param open makes the channel when it has no stream yet; null: there is nothing to tell
   * @param stream a response whose head was sent
   */
  add(
    name: string,
    open: () => Channel | null,
    stream: ServerResponse,
    { lastsMs = STREAM_MS, lastEventId = null }: StreamOptions = {},
  ): void {
    const joined = this.#join(name, open);
    if (!joined) return void stream.end();
    const { channel, streams } = joined;
    for (const frame of channel.first(lastEventId)) {
      stream.write(frame);
      this.#uncheckedBytes += frame.length;
    }
    streams.add(stream);
    this.#count++;
    this.#startTimers();
    const cancel = this.#options.time.after(Math.min(lastsMs, STREAM_MS), () => stream.end());
    stream.on('error', () => {});
    stream.once('close', () => {
      cancel();
      streams.delete(stream);
      this.#count--;
      if (streams.size === 0) this.#channels.delete(name);
      if (this.#count === 0) this.#stopTimers();
    });
    if (this.#uncheckedBytes > MAX_UNCHECKED_BYTES) this.#cutOff();
  }

  /** Ends every stream and accepts no more. */
  close(): void {
    this.#isClosed = true;
    this.#stopTimers();
    for (const open of this.#channels.values()) end(open);
  }

  #join(name: string, open: () => Channel | null): Open | null {
    const known = this.#channels.get(name);
    if (known) return known;
    const channel = open();
    if (!channel) return null;
    const streams = new Set<ServerResponse>();
    const opened = { channel, streams, frames: new SpreadFrames(streams) };
    this.#channels.set(name, opened);
    return opened;
  }

  #refresh(open: Open): void {
    const frame = open.channel.refresh();
    if (frame === 'over') end(open);
    else if (frame !== null) open.frames.send(frame);
  }

  /** Cuts off the slowest readers while the unread bytes of all exceed the limit. */
  #cutOff(): void {
    this.#uncheckedBytes = 0;
    let unread = 0;
    for (const { streams } of this.#channels.values()) {
      for (const stream of streams) unread += stream.writableLength;
    }
    if (unread <= MAX_ALL_UNREAD_BYTES) return;
    const open = [...this.#channels.values()].flatMap(({ streams }) => [...streams]);
    for (const stream of open.toSorted((one, other) => other.writableLength - one.writableLength)) {
      if (unread <= MAX_ALL_UNREAD_BYTES) return;
      unread -= stream.writableLength;
      stream.destroy();
    }
  }

  #startTimers(): void {
    if (this.#cancels.length > 0) return;
    const { time, tickMs } = this.#options;
    const tick = time.every(tickMs, () => {
      for (const open of this.#channels.values()) this.#refresh(open);
      this.#cutOff();
    });
    const heartbeat = time.every(HEARTBEAT_MS, () => {
      for (const { channel, frames } of this.#channels.values()) frames.send(channel.beat());
    });
    this.#cancels = [tick, heartbeat];
  }

  #stopTimers(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
  }
}

/** Readers that still wait for the last frame get it before the end. */
function end({ streams, frames }: Open): void {
  frames.finish();
  for (const stream of streams) stream.end();
}
