// Runs in a page before its own scripts, so it is plain JavaScript. Times are in ms since the
// navigation began. `pageProbe.read()` gives what proof/browser/open-on-phone.ts calls `Probed`.
(() => {
  const longTasks = [];
  let shift = 0;
  const moved = [];
  const placeOf = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(' ');
  let contentMs = null;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      longTasks.push({ startMs: startTime, endMs: startTime + duration });
    }
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      if (hadRecentInput) continue;
      shift += value;
      for (const { node, previousRect, currentRect } of sources) {
        const name = node?.nodeType === 1 ? `${node.localName}.${node.className}` : 'text';
        moved.push(`${name}: ${placeOf(previousRect)} to ${placeOf(currentRect)}`);
      }
    }
  }).observe({ type: 'layout-shift', buffered: true });
  /** Resolves when the frame is painted that shows what matches. */
  const watch = (selector) =>
    new Promise((resolve) => {
      const look = () => {
        if (contentMs !== null || document.querySelector(selector) === null) return;
        observer.disconnect();
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          // The message comes after the frame.
          port1.onmessage = () => {
            contentMs = performance.now();
            resolve();
          };
          port2.postMessage(null);
        });
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { childList: true, subtree: true });
      look();
    });
  const firstPaintMs = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
  window.pageProbe = {
    watch,
    read: () => ({
      nowMs: performance.now(),
      contentMs,
      firstPaintMs: firstPaintMs() ?? null,
      longTasks,
      shift,
      moved,
      unread: (window.earlyRequests ?? []).map(({ url }) => url),
    }),
  };
})();
