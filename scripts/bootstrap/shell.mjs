import { spawn } from 'node:child_process';

const slowMs = 2_000;
const keptLines = 20;

/** Prints one line for a person. Standard output belongs to the command that follows. */
export function say(line) {
  process.stderr.write(`doorbuster: ${line}\n`);
}

/** Awaits the work; if it takes longer than two seconds, says so once, and once when it is done. */
export async function withProgress(label, work) {
  const startedMs = Date.now();
  let isSaid = false;
  const timer = setTimeout(() => {
    isSaid = true;
    say(`${label} …`);
  }, slowMs);
  try {
    const result = await work();
    if (isSaid) say(`${label}: done in ${Math.round((Date.now() - startedMs) / 1000)} s`);
    return result;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs a command and collects both its outputs.
 * @returns its output, once it exited with 0; otherwise throws an error whose message ends in the
 *   last 20 lines
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const lines = output.trimEnd().split('\n').slice(-keptLines).join('\n');
      reject(new Error(`${command} ${args[0]} failed (${signal ?? code}):\n${lines}`));
    });
  });
}

/** Like `run`, but a failure is `undefined`: for questions such as "does this binary work?". */
export async function ask(command, args, options) {
  return run(command, args, options).catch(() => undefined);
}
