import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from '../platform/embedded/launch.ts';
import { freePort } from '../platform/embedded/free-port.ts';
import { systemTime } from '../platform/time.ts';
import type { SandboxProgram } from '../platform/embedded/local-servers.ts';

const PROGRAM = join(import.meta.dirname, 'sandbox.ts');
const ANSWER_WITHIN_MS = 1_000;

/** The health of the sandbox at a URL, or null when none answers. */
async function healthOf(url: string): Promise<{ readonly pid?: number } | null> {
  try {
    const signal = systemTime.deadline(ANSWER_WITHIN_MS);
    const answer = await fetch(`${url}/healthz`, { signal });
    return (await answer.json()) as { pid?: number };
  } catch {
    return null;
  }
}

/** The process of the sandbox that answers at a URL, or null when none does. */
export async function sandboxPid(url: string): Promise<number | null> {
  return (await healthOf(url))?.pid ?? null;
}

/**
 * Describes how to start a sandbox process, which ends with this one.
 * @param eventsUrl where it sends its events at first, asked at each start
 */
export function ownSandbox(eventsUrl: () => string): SandboxProgram {
  return {
    pidAt: sandboxPid,
    start: async (folder, secret, given) => {
      mkdirSync(folder, { recursive: true });
      const port = given ?? (await freePort());
      const url = `http://127.0.0.1:${port}`;
      const child = await launch({
        command: process.execPath,
        args: [PROGRAM, '--port', String(port), '--events-url', eventsUrl()],
        env: { PAYMENT_EVENT_SECRETS: secret },
        logFile: join(folder, 'sandbox.log'),
        stopSignal: 'SIGTERM',
        // Any process could answer at this port.
        isAnswering: async (pid) => (await healthOf(url))?.pid === pid,
      });
      return { url, pid: child.pid, stop: () => child.stop() };
    },
  };
}

/** Tells a sandbox where to send its events, once the port of the api is known. */
export async function sendEventsTo(sandboxUrl: string, eventsUrl: string): Promise<void> {
  const answer = await fetch(`${sandboxUrl}/events-url`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: eventsUrl }),
    signal: systemTime.deadline(ANSWER_WITHIN_MS),
  });
  if (!answer.ok) throw new Error(`the sandbox answers ${answer.status}`);
}

/** Tells a sandbox where to send its events. @returns false when it does not answer */
export const isToldEvents = (sandboxUrl: string, eventsUrl: string): Promise<boolean> =>
  sendEventsTo(sandboxUrl, eventsUrl).then(
    () => true,
    () => false,
  );
