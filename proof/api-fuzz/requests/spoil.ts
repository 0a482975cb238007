import fc from 'fast-check';
import { ODD_FIELDS, ODD_VALUES } from './odd-values.ts';

type Tree = Record<string, unknown> | unknown[];
type Path = readonly (string | number)[];

/** What is done to one place of a sound value. */
const SPOILS = ['replace', 'remove', 'add', 'repeat'] as const;

export interface Spoil {
  readonly how: (typeof SPOILS)[number];
  /** Which of the value's places; counted from the start again beyond the last. */
  readonly where: number;
  readonly odd: number;
}

const PLACES_MAX = 10_000;

export const spoil: fc.Arbitrary<Spoil> = fc.record({
  how: fc.constantFrom(...SPOILS),
  where: fc.nat(PLACES_MAX),
  odd: fc.nat(ODD_VALUES.length * ODD_FIELDS.length - 1),
});

/** Stands for one of the odd values, which no value of JavaScript writes as JSON. */
const MARK = /"\{\{odd:(\d+)\}\}"/g;
const markOf = (odd: number): string => `{{odd:${odd % ODD_VALUES.length}}}`;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (!isTree(value)) return [path];
  const inner = Object.entries(value).flatMap(([name, one]) => pathsOf(one, [...path, name]));
  return [path, ...inner];
}

/** @returns a copy of the value in which the place at the path is changed */
function changed(value: unknown, path: Path, change: (place: unknown) => unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined || !isTree(value)) return change(value);
  const copy: Tree = Array.isArray(value) ? [...value] : { ...value };
  const inner = changed(Reflect.get(value, name), rest, change);
  if (inner === REMOVED) {
    if (Array.isArray(copy)) copy.splice(Number(name), 1);
    else delete copy[name];
  } else {
    // A field named __proto__ is a field like any other.
    Object.defineProperty(copy, name, { value: inner, enumerable: true, configurable: true });
  }
  return copy;
}

const REMOVED = Symbol('removed');

function spoiled(place: unknown, { how, odd }: Spoil): unknown {
  if (how === 'remove') return REMOVED;
  if (how === 'repeat') return [place, place];
  if (how === 'replace' || !isTree(place)) return markOf(odd);
  if (Array.isArray(place)) return [...place, markOf(odd)];
  const name = ODD_FIELDS[Math.floor(odd / ODD_VALUES.length)]!;
  const copy = { ...place };
  const field = { value: markOf(odd), enumerable: true, configurable: true };
  return Object.defineProperty(copy, name, field);
}

/** The JSON of a value with some of its places spoiled. */
export function spoiledJson(value: unknown, spoils: readonly Spoil[]): string {
  const result = spoils.reduce((now, one) => {
    const paths = pathsOf(now);
    const after = changed(now, paths[one.where % paths.length]!, (place) => spoiled(place, one));
    return after === REMOVED ? {} : after;
  }, value);
  return JSON.stringify(result).replaceAll(MARK, (_, at: string) => ODD_VALUES[Number(at)]!);
}
