const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Whether two values of JSON say the same; the order of fields does not matter. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (!isObject(one) || !isObject(other)) return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => name in other && sameValue(one[name], other[name]))
  );
}

/** Whether a thing has every field of a body as the body says it; fields beside them may differ. */
export function hasFields(thing: object, body: object): boolean {
  const known: Readonly<Record<string, unknown>> = { ...thing };
  return Object.entries(body).every(([name, wanted]) => sameValue(known[name], wanted));
}
