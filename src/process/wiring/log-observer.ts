import type { Logger } from 'pino';
import { cellName } from '../../domain/ids.ts';
import { isAway } from '../../platform/is-away.ts';
import { createThrottle } from '../../platform/throttle.ts';
import type { Time } from '../../platform/time.ts';
import { ProviderAway } from '../../provider/payment-provider.ts';
import type { PinReason } from '../../ledger/processes/pinned-server.ts';
import { WrongRedis } from '../../service/processes/which-redis.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Observer } from './observer.ts';

/** One kind of trouble is logged once in this time, with the number of lines left out. */
const TROUBLE_MS = 1_000;
/** The same for a payment provider that does not answer. */
const PROVIDER_AWAY_MS = 60_000;
/** The same for a wrong Redis and for a cell that changes its epoch again and again. */
const ALARM_MS = 10_000;

const MS_PER_S = 1_000;

/** Why another Redis, or another run of it, holds the cells from here on. */
const PINNED = {
  first: ['info', 'this Redis holds the cells from here on'],
  restarted: ['warn', 'Redis has restarted: cells are rebuilt, with what processes remember'],
  flushed: ['warn', 'Redis was flushed: cells are rebuilt, with what processes remember'],
  adopted: ['error', 'another Redis was adopted: every process reaches it and handed over'],
  operator: ['warn', 'an operator adopted this Redis'],
} as const satisfies Record<PinReason, readonly ['info' | 'warn' | 'error', string]>;

/**
 * Logs and counts what happens inside. An outage is a warning, `trouble`; any other error of
 * background work is a bug and logged as a `fault`, with its stack.
 */
export function logObserver(log: Logger, metrics: Metrics, time: Time): Observer {
  const throttle = createThrottle(time);
  const note = (err: Error, where: string, more: object) => {
    const isProvider = err instanceof ProviderAway;
    const word = isProvider || isAway(err) ? 'trouble' : 'fault';
    metrics.onBackgroundError(word);
    const leftOut = throttle(`${word} ${where}`, isProvider ? PROVIDER_AWAY_MS : TROUBLE_MS);
    if (leftOut === null) return;
    log[word === 'fault' ? 'error' : 'warn']({ err, ...more, leftOut }, word);
  };
  const alarm = (words: string, more: object) => {
    const leftOut = throttle(words, ALARM_MS);
    if (leftOut === null) return;
    metrics.onAlarm();
    log.error({ ...more, leftOut }, words);
  };
  return {
    onError: (err, where) => note(err, where, { where }),
    onBatch: metrics.onBatch,
    onPoll: metrics.onPoll,
    onSettled: (settled, buried) => {
      metrics.onSettled(settled, buried);
      if (buried > 0) log.error({ buried }, 'dead letters: an operator has to act');
    },
    onRecovery: (cell, seenEpoch, outcome) => {
      const name = cellName(cell);
      metrics.onRecovery(cell, seenEpoch, outcome);
      if (outcome instanceof WrongRedis) alarm(outcome.message, { cell: name });
      else if (outcome instanceof Error) note(outcome, `recovery of ${name}`, { cell: name });
      else if (outcome === 'opened') log.info({ cell: name, after: seenEpoch }, 'cell opened');
    },
    onCorrupt: (cell, found) => {
      const name = cellName(cell);
      const leftOut = throttle(`corrupt ${name}`, TROUBLE_MS);
      if (leftOut === null) return;
      metrics.onCorrupt();
      log.error({ cell: name, found, leftOut }, 'damaged in Redis: the cell is rebuilt');
    },
    onPinned: (why) => {
      const [level, words] = PINNED[why];
      log[level](words);
    },
    onLoss: (cell, { gaps, missing }) => {
      const name = cellName(cell);
      metrics.onLoss(gaps);
      if (gaps.length > 0) {
        const isKnown = gaps.every((gap) => gap.orders !== null);
        const orders = isKnown ? gaps.reduce((sum, gap) => sum + gap.orders!, 0) : null;
        const entries = gaps.map((gap) => `${gap.epoch}-${gap.firstSeq} to ${gap.lastSeq}`);
        log.error({ cell: name, orders, entries }, 'acknowledged orders are lost');
      }
      if (missing.length === 0) return;
      log.warn({ cell: name, missing }, 'processes did not hand over what they remember');
    },
    onChurn: (cell, epochs) => {
      alarm(`cell ${cellName(cell)} changes its epoch again and again`, { epochs });
    },
    onChoreLate: (chore, ageMs) => {
      const idleSeconds = Math.round(ageMs / MS_PER_S);
      log.error({ chore, idleSeconds }, 'a chore is late: it has not run in this worker');
    },
    onChoreBack: (chore) => log.info({ chore }, 'a late chore runs again'),
    onExpired: metrics.onExpired,
    onEvent: metrics.onEvent,
    onCall: metrics.onCall,
    onAlert: (alert) => log.error({ alert }, 'payments: an operator has to act'),
  };
}
