import type { Observer } from './wire-api.ts';

const ignore = () => {};

/** For those who tell by their own outcome how it went. */
export const SILENT: Observer = {
  onError: ignore,
  onBatch: ignore,
  onPoll: ignore,
  onSettled: ignore,
  onRecovery: ignore,
  onExpired: ignore,
  onEvent: ignore,
  onCall: ignore,
  onAlert: ignore,
};
