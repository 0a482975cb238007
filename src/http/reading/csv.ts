/** Text that a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const QUOTED = /[",\r\n]/;

/**
 * One field of a line (RFC 4180). A text that begins like a formula gets an apostrophe in front, so
 * that no spreadsheet runs it.
 */
function field(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A line with its end. */
export const csvLine = (fields: readonly (string | number)[]): string =>
  `${fields.map(field).join(',')}\r\n`;
