// The stages of each request in a log -> the stages that a policy demands and that are not there, by rule.

import type { RequestAttributes } from '../evaluate/request-attributes.ts';
import { type Policy, STAGES, type Stage } from '../policy.ts';
import { type AuditSample, isFinishedSample, nameTarget } from './audit-sample.ts';
import { createOpenRequests } from './open-requests.ts';

export interface MissingStage {
  readonly rule: number;
  readonly stage: Stage;
  readonly records: number;
  readonly examples: readonly RequestExample[];
}

interface RequestExample {
  readonly user: string;
  readonly verb: string;
  readonly resource: string;
}

export interface StagePairs {
  readonly add: (sample: AuditSample, rule: number) => void;
  readonly findMissing: () => readonly MissingStage[];
  /** Requests that were too many to be followed. */
  readonly overflow: () => number;
}

interface Half {
  readonly rule: number;
  readonly atMs: number;
  readonly receivedMs: number;
  readonly long: boolean;
  readonly request: RequestAttributes;
}

/** An API server ends every request that does not run long after a minute; twice that is no request in flight. */
const LONGEST_REQUEST_MS = 120_000;
const MAX_EXAMPLES = 3;

export function createStagePairs(policy: Policy): StagePairs {
  // Records of several files need not come in order, so either half of a pair can be the first.
  const begun = createOpenRequests<Half>();
  const unbegun = createOpenRequests<Half>();
  const started = createOpenRequests<Half>();
  const unstarted = createOpenRequests<Half>();
  const kept = policy.rules.map(({ level, omitStages }) => {
    const omitted = new Set<Stage>([...policy.omitStages, ...omitStages]);
    return new Set(level === 'None' ? [] : STAGES.filter((stage) => !omitted.has(stage)));
  });
  const keeps = (rule: number, stage: Stage) => kept[rule]?.has(stage) === true;
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;

  const add = (sample: AuditSample, rule: number): void => {
    if (sample.timeMs < firstMs) firstMs = sample.timeMs;
    if (sample.timeMs > lastMs) lastMs = sample.timeMs;
    // A request without a valid identity is audited by its refusal alone.
    if (sample.auditId === '' || sample.code === 401) return;
    const half = {
      rule,
      atMs: sample.timeMs,
      receivedMs: sample.receivedMs,
      long: runsLong(sample),
      request: sample.request,
    };
    const finished = isFinishedSample(sample);
    if (keeps(rule, 'RequestReceived') && keeps(rule, 'ResponseComplete')) {
      if (sample.stage === 'RequestReceived') pair(unbegun, begun, sample.auditId, half);
      else if (finished) pair(begun, unbegun, sample.auditId, half);
    }
    if (half.long && keeps(rule, 'ResponseStarted') && keeps(rule, 'ResponseComplete')) {
      if (sample.stage === 'ResponseStarted') pair(unstarted, started, sample.auditId, half);
      else if (sample.stage === 'ResponseComplete') pair(started, unstarted, sample.auditId, half);
    }
  };

  const findMissing = (): readonly MissingStage[] => {
    const missing = new Map<string, { rule: number; stage: Stage; records: number; examples: RequestExample[] }>();
    const miss = ({ rule, request }: Half, stage: Stage) => {
      const key = `${rule} ${stage}`;
      const held = missing.get(key) ?? { rule, stage, records: 0, examples: [] };
      held.records += 1;
      const { user, verb } = request;
      if (held.examples.length < MAX_EXAMPLES)
        held.examples.push({ user: user ?? '(none)', verb, resource: nameTarget(request) });
      missing.set(key, held);
    };
    // What began before the log did has its first records elsewhere.
    for (const half of unbegun.rest()) if (half.receivedMs > firstMs) miss(half, 'RequestReceived');
    for (const half of unstarted.rest()) if (half.receivedMs > firstMs) miss(half, 'ResponseStarted');
    // A watch or a shell may still be open.
    for (const half of begun.rest())
      if (!half.long && half.atMs < lastMs - LONGEST_REQUEST_MS) miss(half, 'ResponseComplete');
    return [...missing.values()];
  };
  return {
    add,
    findMissing,
    overflow: () => [begun, unbegun, started, unstarted].reduce((sum, open) => sum + open.overflow(), 0),
  };
}

type Halves = ReturnType<typeof createOpenRequests<Half>>;

/** Takes the other half away when it is there, else waits for it. */
function pair(others: Halves, own: Halves, auditId: string, half: Half): void {
  if (others.close(auditId) === undefined) own.open(auditId, half);
}

const LONG_SUBRESOURCES = new Set(['attach', 'exec', 'proxy', 'log', 'portforward']);

function runsLong({ request }: AuditSample): boolean {
  return request.verb === 'watch' || request.verb === 'proxy' || LONG_SUBRESOURCES.has(request.subresource);
}
