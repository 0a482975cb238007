/** Thrown when the audit or the answers do not support a number. */
export class NoNumber extends Error {
  override readonly name = 'NoNumber';
}
