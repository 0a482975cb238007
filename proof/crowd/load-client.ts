/**
 * The load client, a process of its own: `node load-client.ts PLAN.json`. Writes its progress to
 * stdout, one JSON line each, and at the end what it measured. The lines `pause` and `resume` on
 * its input hold requests back and let them go. A signal ends the load as its deadline does.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import autocannon from 'autocannon';
import { Connection } from './rush-connection.ts';
import type { Rush } from './rush-connection.ts';
import { Gate } from './gate.ts';
import { Journal } from '../checker/journal.ts';
import { Pacer } from './pacer.ts';
import type { RushEvent, RushPlan } from './rush-plan.ts';
import { Purchases } from './purchases.ts';
import { Tally } from './tally.ts';
import { readTokens } from './tokens.ts';
import type { WireClient } from './autocannon-client.ts';

const PROGRESS_MS = 200;
const SAMPLE_MS = 100;
/** After its end a load waits at most this long for answers to what it sent. */
const GRACE_SECONDS = 15;

const say = (event: RushEvent): void => void process.stdout.write(`${JSON.stringify(event)}\n`);

function spanOf({ length }: RushPlan, startMs: number) {
  if ('purchases' in length) return { fromMs: startMs, toMs: Infinity };
  const fromMs = startMs + length.warmupSeconds * 1_000;
  return { fromMs, toMs: fromMs + length.seconds * 1_000 };
}

/** Reports the beginning and end of the measured span, and closes the rush at its end. */
function scheduleSpan(span: { fromMs: number; toMs: number }, startMs: number, rush: Rush) {
  const timers = [setTimeout(() => say({ event: 'measuring' }), span.fromMs - startMs)];
  if (span.toMs < Infinity) {
    const end = () => {
      say({ event: 'measured' });
      rush.purchases.close();
    };
    timers.push(setTimeout(end, span.toMs - startMs));
  }
  return timers;
}

function makeRush(plan: RushPlan, purchases: Purchases, tally: Tally): Rush {
  const journal = new Journal(plan.journalFile);
  const onStill = () => {
    journal.flush();
    say({ event: 'paused' });
  };
  return {
    target: {
      host: new URL(plan.urls[0]!).host,
      path: plan.path ?? `/v1/sales/${plan.sale}/orders`,
    },
    purchases,
    journal,
    tally,
    pacer: new Pacer(plan.pace),
    gate: new Gate(onStill),
    retry: plan.retry,
  };
}

function load(plan: RushPlan, rush: Rush, connections: Connection[]) {
  return autocannon({
    // It takes several, but its types know only one.
    url: plan.urls as unknown as string,
    method: 'POST',
    connections: plan.connections,
    duration: plan.deadlineSeconds + GRACE_SECONDS,
    timeout: GRACE_SECONDS,
    sampleInt: SAMPLE_MS,
    setupClient: (client) => {
      connections.push(new Connection(rush, client as WireClient, connections.length));
    },
  });
}

function obey(gate: Gate): void {
  createInterface({ input: process.stdin }).on('line', (line) => {
    if (line === 'pause') gate.shut();
    if (line === 'resume') gate.open();
  });
}

async function main(planFile: string): Promise<void> {
  const plan = JSON.parse(readFileSync(planFile, 'utf8')) as RushPlan;
  const purchases = new Purchases(plan, readTokens(plan.tokensFile));
  const startMs = performance.now();
  const span = spanOf(plan, startMs);
  const tally = new Tally(span);
  const rush = makeRush(plan, purchases, tally);
  const connections: Connection[] = [];
  const timers = scheduleSpan(span, startMs, rush);
  const close = () => {
    rush.purchases.close();
    rush.gate.open();
  };
  timers.push(setTimeout(close, plan.deadlineSeconds * 1_000));
  const ticker = setInterval(
    () => say({ event: 'progress', progress: tally.progress }),
    PROGRESS_MS,
  );
  obey(rush.gate);
  const running = load(plan, rush, connections);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, close);
  await running;
  for (const timer of timers) clearTimeout(timer);
  clearInterval(ticker);
  rush.journal.close();
  const unfinished = connections.filter(({ isBusy }) => isBusy).length;
  const { user, system } = process.cpuUsage();
  const report = { ...tally.report(), unfinished, cpuSeconds: (user + system) / 1e6 };
  say({ event: 'done', report });
  process.exit();
}

await main(process.argv[2]!);
