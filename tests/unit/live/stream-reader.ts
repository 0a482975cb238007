import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';

/** A stand-in for the response of a stream; a test sets how many bytes are still unsent. */
export class Reader extends EventEmitter {
  text = '';
  readonly frames: unknown[] = [];
  writableLength = 0;
  writableEnded = false;

  write(frame: string | Buffer): boolean {
    this.frames.push(frame);
    this.text += frame.toString();
    return true;
  }

  end(): void {
    this.writableEnded = true;
    this.emit('close');
  }

  destroy(): void {
    this.end();
  }

  get asStream(): ServerResponse {
    return this as unknown as ServerResponse;
  }
}
