/**
 * Stands for the keys, arguments and replies of the scripts. Raise it with any change to them: then
 * processes of an older release leave the cell alone.
 */
export const PROTOCOL = 6;

/** Processes of older protocols do not register: nobody knows whether one of them lives. */
export const FIRST_REGISTERED_PROTOCOL = 4;
