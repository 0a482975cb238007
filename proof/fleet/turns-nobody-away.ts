/** The environment of an api that answers everyone, however fast they ask or slow the machine. */
export const TURNS_NOBODY_AWAY = { RATE_LIMITS: 'off', SHED_DELAYS_MS: 'off' } as const;
