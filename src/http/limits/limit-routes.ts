import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { BUSY } from '../../domain/refusals.ts';
import type { Answers } from '../answers.ts';
import type { RouteFacts, ShedClass } from '../catalogue/facts.ts';
import type { App, OnTurnedAway } from '../deps.ts';
import { BAD_ENCODING, isEncoded } from '../headers.ts';
import type { Connections } from './connections.ts';
import { Pace } from './pace.ts';
import { SHED_FROM } from './pressure.ts';
import type { Pressure } from './pressure.ts';
import type { RateGate } from './rate-limits.ts';

export interface RouteLimits {
  readonly answers: Answers;
  readonly connections: Connections;
  readonly pressure: Pick<Pressure, 'level'>;
  readonly onTurnedAway: OnTurnedAway;
  /** Null: no route has a rate limit. */
  readonly gate: RateGate | null;
}

/** A synchronous `onRequest` hook. */
type Guard = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void;

/** Runs before the token is looked at: a request turned away here has cost next to nothing. */
export function shedLoad(shed: ShedClass, limits: RouteLimits): Guard {
  const { answers, connections, pressure, onTurnedAway } = limits;
  const shedFrom = SHED_FROM[shed];
  return (request, reply, done) => {
    const { socket } = request.raw;
    // An answer that must wait for an earlier one has no socket yet.
    if (reply.raw.socket === null && !connections.admitsPipelined(socket, reply.raw)) {
      reply.hijack();
    } else if (pressure.level >= shedFrom) {
      onTurnedAway('shed', shed);
      answers.refuse(request, reply, BUSY);
    } else {
      done();
    }
  };
}

/** Refuses a body that we could not read, before it is read. */
const refuseEncoded =
  ({ answers }: RouteLimits): Guard =>
  (request, reply, done) => {
    if (isEncoded(request.headers)) answers.refuse(request, reply, BAD_ENCODING);
    else done();
  };

/** Runs last: what was turned away before cost too little to wait for its turn. */
function paced(shed: ShedClass, pace: Pace, { answers, onTurnedAway }: RouteLimits): Guard {
  return (request, reply, done) => {
    if (pace.admit(shed === 'middle', done)) return;
    onTurnedAway('shed', shed);
    answers.refuse(request, reply, BUSY);
  };
}

/** Orders, claims and ready pages begin at once. */
const isPaced = ({ shed, weight }: RouteFacts): boolean =>
  weight > 1 && (shed === 'first' || shed === 'middle');
const isWrite = (method: string): boolean => method !== 'GET' && method !== 'HEAD';

/**
 * Limits every route added after this call by its row in the catalogue: first by the pressure on
 * this process, then, behind the hooks that the route has already, by the caller's rate, and last
 * by its turn. A request that found nothing may count once more when it is answered.
 */
export function limitRoutes(app: App, limits: RouteLimits): void {
  const pace = new Pace();
  app.addHook('onRoute', (route) => {
    const facts = route.config!.facts!;
    const { shed, weight, missWeight = 0 } = facts;
    const { gate } = limits;
    const own = [route.onRequest ?? []].flat();
    const writes = isWrite(String(route.method));
    const rate = gate && weight > 0 ? [gate.hook(weight, writes)] : [];
    const encoded = writes ? [refuseEncoded(limits)] : [];
    const turn = isPaced(facts) ? [paced(shed, pace, limits)] : [];
    route.onRequest = [shedLoad(shed, limits), ...own, ...rate, ...encoded, ...turn];
    if (gate && missWeight > 0) {
      route.onResponse = [...[route.onResponse ?? []].flat(), gate.missHook(missWeight, writes)];
    }
  });
}
