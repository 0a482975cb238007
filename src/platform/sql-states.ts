import pg from 'pg';

/**
 * What an answer of Postgres means to its caller:
 * - `away`: the server cannot do this at present, or it gave up: try again later;
 * - `contended`: other transactions were in the way: the same work may succeed at once;
 * - `poison`: the server rejects these values, whenever they are sent;
 * - `bug`: we sent something wrong.
 */
export type Meaning = 'away' | 'contended' | 'poison' | 'bug';

/**
 * Every class of SQLSTATE (its first two characters; PostgreSQL manual, appendix A), then the
 * states that differ from their class.
 */
export const SQL_STATES: Readonly<Record<string, Meaning>> = {
  '00': 'bug', // successful completion
  '01': 'bug', // warning
  '02': 'bug', // no data
  '03': 'bug', // SQL statement not yet complete
  '08': 'away', // connection exception
  '09': 'bug', // triggered action exception
  '0A': 'bug', // feature not supported
  '0B': 'bug', // invalid transaction initiation
  '0F': 'bug', // locator exception
  '0L': 'bug', // invalid grantor
  '0P': 'bug', // invalid role specification
  '0Z': 'bug', // diagnostics exception
  '10': 'bug', // XQuery error
  '20': 'bug', // case not found
  '21': 'bug', // cardinality violation
  '22': 'poison', // data exception
  '23': 'poison', // integrity constraint violation
  '24': 'bug', // invalid cursor state
  '25': 'bug', // invalid transaction state
  '26': 'bug', // invalid SQL statement name
  '27': 'bug', // triggered data change violation
  '28': 'away', // invalid authorization: passwords and roles may be changed while we run
  '2B': 'bug', // dependent privilege descriptors still exist
  '2D': 'bug', // invalid transaction termination
  '2F': 'bug', // SQL routine exception
  '34': 'bug', // invalid cursor name
  '38': 'bug', // external routine exception
  '39': 'bug', // external routine invocation exception
  '3B': 'bug', // savepoint exception
  '3D': 'away', // invalid catalog name: the database is gone, or not there yet
  '3F': 'bug', // invalid schema name
  '40': 'contended', // transaction rollback
  '42': 'bug', // syntax error or access rule violation
  '44': 'bug', // WITH CHECK OPTION violation
  '53': 'away', // insufficient resources
  '54': 'bug', // program limit exceeded
  '55': 'bug', // object not in prerequisite state
  '57': 'away', // operator intervention
  '58': 'away', // system error
  F0: 'away', // configuration file error
  HV: 'bug', // foreign data wrapper error
  P0: 'bug', // PL/pgSQL error
  XX: 'bug', // internal error: the server's own
  '25006': 'away', // a server that only reads: a standby, or a primary during a failover
  '25P03': 'away', // a session that was ended while idle in a transaction
  '25P04': 'away', // a transaction that took too long
  '40003': 'away', // nobody knows whether a statement completed
  '55P03': 'contended', // a lock that was not free
  '57P04': 'away', // the database was dropped
};

/** SQLSTATE of a Postgres error, or null when the fault is not the server's. */
export function sqlState(error: unknown): string | null {
  return error instanceof pg.DatabaseError && error.code ? error.code : null;
}

/** @returns null when the fault is not the server's. A class that nobody knows is a bug. */
export function meaningOf(error: unknown): Meaning | null {
  const state = sqlState(error);
  if (state === null) return null;
  return SQL_STATES[state] ?? SQL_STATES[state.slice(0, 2)] ?? 'bug';
}

/** True when other transactions were in the way, so that the same work may succeed later. */
export const isContended = (error: unknown): boolean => meaningOf(error) === 'contended';
