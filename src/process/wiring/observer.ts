import type { CellId } from '../../domain/ids.ts';
import type {
  EventOutcome,
  PaymentAlert,
  ProviderCallKind,
  ProviderEvent,
} from '../../domain/payment.ts';
import type { PinReason } from '../../ledger/processes/pinned-server.ts';
import type { Loss, Recovery } from '../../service/cells/recover-cell.ts';
import type { CallOutcome } from '../../service/orders/make-provider-calls.ts';

/** Is told what happens inside, for metrics and logs. */
export interface Observer {
  onError(error: Error, where: string): void;
  onBatch(script: string, items: number, ms: number): void;
  onPoll(cell: CellId, outbox: { seq: number; watermark: number }): void;
  onSettled(settled: number, buried: number): void;
  onRecovery(cell: CellId, seenEpoch: number, outcome: Recovery | Error): void;
  /** Keys of a cell in Redis are damaged. The cell is rebuilt from the ledger. */
  onCorrupt(cell: CellId, found: string): void;
  /** Another Redis, or another run of it, holds the cells from here on. */
  onPinned(why: PinReason): void;
  /** A recovery could not find everything. */
  onLoss(cell: CellId, loss: Loss): void;
  /** A cell gets new epochs again and again. @param epochs within a minute */
  onChurn(cell: CellId, epochs: number): void;
  /** A chore has not run in this worker for too long. It is told once. */
  onChoreLate(chore: string, ageMs: number): void;
  /** A late chore has run again. */
  onChoreBack(chore: string): void;
  onExpired(orders: number): void;
  onEvent(kind: ProviderEvent['kind'], outcome: EventOutcome): void;
  onCall(kind: ProviderCallKind, outcome: CallOutcome): void;
  /** An operator has to act. */
  onAlert(alert: PaymentAlert): void;
}

const ignore = () => {};

/** For a command, whose own outcome says what went wrong. */
export const SILENT: Observer = {
  onError: ignore,
  onBatch: ignore,
  onPoll: ignore,
  onSettled: ignore,
  onRecovery: ignore,
  onCorrupt: ignore,
  onPinned: ignore,
  onLoss: ignore,
  onChurn: ignore,
  onChoreLate: ignore,
  onChoreBack: ignore,
  onExpired: ignore,
  onEvent: ignore,
  onCall: ignore,
  onAlert: ignore,
};
