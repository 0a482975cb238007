const ends = new Set<() => void>();

/**
 * Calls `end`, once and synchronously, when this process ends: normally, by an error, or by a
 * signal that nobody else listens for.
 * @returns a function that takes it back
 */
export function endWithUs(end: () => void): () => void {
  if (!process.listeners('exit').includes(endAll)) {
    process.on('exit', endAll);
    for (const fatal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(fatal, endOnSignal);
  }
  ends.add(end);
  return () => ends.delete(end);
}

function endAll(): void {
  for (const end of ends) end();
  ends.clear();
}

/** Another listener for the signal decides by itself when this process ends. */
function endOnSignal(name: NodeJS.Signals): void {
  if (process.listenerCount(name) > 1) return;
  endAll();
  process.removeListener(name, endOnSignal);
  process.kill(process.pid, name);
}
