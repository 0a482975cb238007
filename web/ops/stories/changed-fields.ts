type Fields = Readonly<Record<string, unknown>> | null;

/** One field that a change set, gave or took away. */
export interface ChangedField {
  readonly name: string;
  /** Null: there was none, or there is none any more. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Fields with an amount in minor units. Amounts inside rules are shown as the API gives them. */
const MONEY: ReadonlySet<string> = new Set(['amount', 'listPrice', 'price', 'redPacket', 'total']);

type WriteMoney = (minor: number) => string;

function textOf(name: string, value: unknown, money: WriteMoney | null): string | null {
  if (value === undefined || value === null) return null;
  if (money && MONEY.has(name) && Number.isSafeInteger(value)) return money(Number(value));
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * The fields that differ, in the order in which they were before, then the new ones.
 * @param money writes an amount in the currency of the sale; null: nobody knows the currency
 */
export function changedFields(
  before: Fields,
  after: Fields,
  money: WriteMoney | null = null,
): ChangedField[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].flatMap((name) => {
    const [was, is] = [before, after].map((fields) => textOf(name, fields?.[name], money));
    return was === is ? [] : [{ name, before: was ?? null, after: is ?? null }];
  });
}
