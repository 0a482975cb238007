/**
 * `node --import 'shift-clock.ts?ms=60000'` runs a process whose `Date` is a minute fast; less than
 * 0 is slow. Timers and `performance` do not change, as when an administrator sets the clock of a
 * machine.
 */
const shiftMs = Number(new URL(import.meta.url).searchParams.get('ms'));
const RealDate = Date;
const now = (): number => RealDate.now() + shiftMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, values, newTarget) =>
    Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget) as Date,
  apply: () => new RealDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
});

export {};
