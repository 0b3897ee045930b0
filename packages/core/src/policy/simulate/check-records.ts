// The records of a running cluster against a policy: recorded at another level than it says, recorded though it forbids, missing where it demands.
import { compilePolicy } from '../evaluate/compile-policy.ts';
import { type Level, type Policy, STAGES, type Stage } from '../policy.ts';
import { type AuditSample, isWrite, nameTarget } from './audit-sample.ts';
import { createStagePairs, type StagePairs } from './stage-pairs.ts';

export type MismatchKind = 'other-level' | 'not-wanted' | 'stage-not-wanted' | 'body-missing' | 'stage-missing';

export interface RecordMismatch {
  readonly kind: MismatchKind;
  readonly rule: number;
  readonly wanted: Level;
  readonly recorded: Level;
  readonly stage: Stage;
  readonly records: number;
  readonly why: string;
  readonly examples: readonly { readonly user: string; readonly verb: string; readonly resource: string }[];
}

export interface CheckReport {
  readonly records: number;
  readonly matching: number;
  readonly mismatches: readonly RecordMismatch[];
  readonly notes: readonly string[];
}

export interface RecordCheck {
  readonly add: (sample: AuditSample) => void;
  readonly report: () => CheckReport;
}

interface Mismatch {
  kind: MismatchKind;
  rule: number;
  wanted: Level;
  recorded: Level;
  stage: Stage;
  records: number;
  examples: { user: string; verb: string; resource: string }[];
}

const MAX_MISMATCHES = 10_000;
const MAX_EXAMPLES = 3;

export function createRecordCheck(policy: Policy): RecordCheck {
  const compiled = compilePolicy(policy);
  const mismatches = new Map<string, Mismatch>();
  const pairs = createStagePairs(policy);
  let records = 0;
  let matching = 0;
  const note = (kind: MismatchKind, rule: number, wanted: Level, sample: AuditSample) => {
    const key = `${kind} ${rule} ${sample.level} ${sample.stage}`;
    let held = mismatches.get(key);
    if (held === undefined) {
      held = { kind, rule, wanted, recorded: sample.level, stage: sample.stage, records: 0, examples: [] };
      if (mismatches.size < MAX_MISMATCHES) mismatches.set(key, held);
    }
    held.records += 1;
    if (held.examples.length < MAX_EXAMPLES)
      held.examples.push({
        user: sample.request.user ?? '(none)',
        verb: sample.request.verb,
        resource: nameTarget(sample.request),
      });
  };
  const add = (sample: AuditSample): void => {
    records += 1;
    const { level, rule, omitStages } = compiled.evaluate(sample.request);
    pairs.add(sample, rule);
    if (level === 'None') note('not-wanted', rule, level, sample);
    else if (level !== sample.level) note('other-level', rule, level, sample);
    else if (omitStages.includes(sample.stage)) note('stage-not-wanted', rule, level, sample);
    else if (lacksBody(sample)) note('body-missing', rule, level, sample);
    else matching += 1;
  };
  const report = (): CheckReport => {
    const found = [...mismatches.values(), ...findMissing(policy, pairs)];
    const described = found.map((mismatch) => ({ ...mismatch, why: explain(mismatch) }));
    return {
      records,
      matching,
      mismatches: described.sort((a, b) => b.records - a.records),
      notes: describeLimits(found, pairs.overflow()),
    };
  };
  return { add, report };
}

/** Only writes that succeeded must have a body; the API server drops it from records that are too big. */
function lacksBody(sample: AuditSample): boolean {
  const { request, level, stage, code, truncated } = sample;
  const hasBody = request.verb === 'create' || request.verb === 'update' || request.verb === 'patch';
  if (!hasBody || !request.isResource || stage !== 'ResponseComplete' || truncated || !isWrite(request)) return false;
  if (request.subresource !== '' && request.subresource !== 'status' && request.subresource !== 'scale') return false;
  return (level === 'Request' || level === 'RequestResponse') && code >= 200 && code < 300 && sample.requestBytes === 0;
}

function findMissing(policy: Policy, pairs: StagePairs): readonly Mismatch[] {
  return pairs.findMissing().map((missing) => ({
    ...missing,
    kind: 'stage-missing',
    wanted: policy.rules[missing.rule]?.level ?? 'None',
    recorded: 'None',
    examples: [...missing.examples],
  }));
}

function explain({ kind, rule, wanted, recorded, stage, records }: Mismatch): string {
  const by = rule === -1 ? 'no rule takes these requests' : `rule ${rule} says ${wanted}`;
  switch (kind) {
    case 'other-level':
      return `${records} records of the stage ${stage} have the level ${recorded}, but ${by}.`;
    case 'not-wanted':
      return `${records} records of the stage ${stage} exist at ${recorded}, but ${rule === -1 ? `${by}, so nothing should` : by}.`;
    case 'stage-not-wanted':
      return `${records} records are of the stage ${stage}, which the policy omits for rule ${rule}.`;
    case 'body-missing':
      return `${records} successful writes of rule ${rule} (${wanted}) have no request body.`;
    case 'stage-missing':
      return `${records} requests of rule ${rule} have no record of the stage ${stage}, which the policy does not omit.`;
    default:
      return kind satisfies never;
  }
}

function describeLimits(found: readonly Mismatch[], overflow: number): readonly string[] {
  const notes = [
    'Requests that left no record at all cannot be seen here; compare with apiserver_audit_event_total of the API servers.',
  ];
  if (found.some(({ kind }) => kind === 'other-level' || kind === 'not-wanted')) {
    notes.push(
      'An aggregated API server has a policy of its own, and records from before a change of the policy follow the old one.',
    );
  }
  if (found.some(({ kind }) => kind === 'stage-missing'))
    notes.push('Logs of several API servers must begin at the same time to be checked together for missing stages.');
  if (overflow > 0)
    notes.push(`${overflow} requests in flight were too many to be followed; their stages were not compared.`);
  if (found.some(({ kind }) => kind === 'stage-not-wanted')) notes.push(`Stages are ${STAGES.join(', ')}.`);
  return notes;
}
