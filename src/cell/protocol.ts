/** Raised with any change to a script's keys, arguments or replies: older processes stand back. */
export const PROTOCOL = 3;
