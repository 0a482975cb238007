import type { RouteRows } from './facts.ts';

const PROBE = { tag: 'Operations', who: 'tokenless', weight: 0, shed: 'never' } as const;
const OPERATOR = { tag: 'Operations', who: { operator: 'any' } } as const;
/** An operator needs these most under pressure, and most of their answers are kept for a second. */
const GLANCE = { ...OPERATOR, weight: 4, shed: 'middle', problems: [] } as const;
const LETTERS = '/v1/dead-letters';
const RESOLVE = {
  ...OPERATOR,
  weight: 4,
  shed: 'middle',
  problems: ['not_found', 'conflict'],
} as const;

export const opsRows = {
  'GET /healthz': { id: 'getHealth', ...PROBE, problems: [] },
  'GET /readyz': { id: 'getReadiness', ...PROBE, problems: [] },
  'GET /metrics': { id: 'getMetrics', ...PROBE, problems: [] },
  'GET /problems/:code': {
    id: 'getProblem',
    tag: 'Operations',
    who: 'tokenless',
    weight: 1,
    shed: 'first',
    problems: ['not_found'],
  },
  'GET /v1/sales/:sale/audit': {
    id: 'auditSale',
    ...OPERATOR,
    weight: 40,
    shed: 'first',
    problems: ['not_found'],
  },
  'GET /v1/sales/:sale/changes': {
    id: 'listChanges',
    tag: 'Operations',
    who: { merchant: 'store', operator: 'any' },
    weight: 10,
    shed: 'first',
    problems: ['not_found'],
  },
  'GET /v1/changes': {
    id: 'listOtherChanges',
    tag: 'Operations',
    who: { merchant: 'store', operator: 'any' },
    weight: 10,
    shed: 'first',
    problems: [],
  },
  'GET /v1/sales/:sale/status': {
    id: 'getStatus',
    ...OPERATOR,
    weight: 10,
    shed: 'first',
    problems: ['not_found'],
  },
  'GET /v1/ops/processes': { id: 'listProcesses', ...GLANCE },
  'GET /v1/ops/security-events': { id: 'listSecurityEvents', ...GLANCE },
  'GET /v1/ops/sales': { id: 'glanceAtSales', ...GLANCE },
  'GET /v1/ops/changes': { id: 'listNewestChanges', ...GLANCE },
  [`GET ${LETTERS}`]: { id: 'listDeadLetters', ...GLANCE },
  [`GET ${LETTERS}/:letter`]: {
    id: 'getDeadLetter',
    ...OPERATOR,
    weight: 2,
    shed: 'middle',
    problems: ['not_found'],
  },
  [`POST ${LETTERS}/:letter/replay`]: { id: 'replayDeadLetter', ...RESOLVE },
  [`POST ${LETTERS}/:letter/release`]: { id: 'releaseDeadLetter', ...RESOLVE },
} as const satisfies RouteRows;
