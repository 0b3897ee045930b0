// How many bytes a record takes at another level: exact when parts go away, estimated from other records when parts would come.
import type { Decision } from '../evaluate/compile-policy.ts';
import { levelRank } from '../policy.ts';
import { type AuditSample, isFinishedSample, isWrite } from './audit-sample.ts';

export interface SizeAtLevel {
  readonly bytes: number;
  /** How many of them are a guess. */
  readonly estimated: number;
}

export interface BodySizes {
  readonly learn: (sample: AuditSample) => void;
  readonly sizeAt: (sample: AuditSample, decision: Decision) => SizeAtLevel;
}

interface Mean {
  sum: number;
  count: number;
}

/** What a body takes when no record of its kind had one; the means of a busy cluster recorded at RequestResponse. */
const DEFAULT_REQUEST_BYTES = 1_500;
const DEFAULT_RESPONSE_BYTES: Readonly<Record<string, number>> = { list: 20_000, watch: 0 };
const DEFAULT_OTHER_RESPONSE_BYTES = 2_500;
const MAX_KINDS = 20_000;

export function createBodySizes(): BodySizes {
  const requests = new Map<string, Mean>();
  const responses = new Map<string, Mean>();
  const note = (means: Map<string, Mean>, kind: string, bytes: number) => {
    const mean = means.get(kind);
    if (mean !== undefined) {
      mean.sum += bytes;
      mean.count += 1;
    } else if (means.size < MAX_KINDS) means.set(kind, { sum: bytes, count: 1 });
  };
  return {
    learn: (sample) => {
      if (sample.requestBytes > 0) note(requests, kindOf(sample), sample.requestBytes);
      if (sample.responseBytes > 0) note(responses, kindOf(sample), sample.responseBytes);
    },
    sizeAt: (sample, decision) => {
      const wanted = levelRank(decision.level);
      const recorded = levelRank(sample.level);
      let bytes = sample.bytes - sample.level.length + decision.level.length;
      let estimated = 0;
      if (wanted < 2) bytes -= sample.requestBytes;
      else if (decision.omitManagedFields) bytes -= sample.requestManagedBytes;
      if (wanted < 3) bytes -= sample.responseBytes;
      else if (decision.omitManagedFields) bytes -= sample.responseManagedBytes;
      if (wanted > recorded && mayHaveBody(sample)) {
        if (recorded < 2 && wanted >= 2 && isWrite(sample.request))
          estimated += guess(requests, kindOf(sample), DEFAULT_REQUEST_BYTES);
        if (wanted === 3)
          estimated += guess(
            responses,
            kindOf(sample),
            DEFAULT_RESPONSE_BYTES[sample.request.verb] ?? DEFAULT_OTHER_RESPONSE_BYTES,
          );
      }
      return { bytes: bytes + estimated, estimated };
    },
  };
}

function kindOf({ request }: AuditSample): string {
  return `${request.verb} ${request.apiGroup}/${request.resource}/${request.subresource}`;
}

/** Only the finished record of a resource request has bodies; sessions, logs and proxies never do. */
function mayHaveBody(sample: AuditSample): boolean {
  const { isResource, verb, subresource } = sample.request;
  return (
    isResource &&
    isFinishedSample(sample) &&
    sample.code !== 101 &&
    verb !== 'watch' &&
    subresource !== 'log' &&
    subresource !== 'proxy'
  );
}

function guess(means: Map<string, Mean>, kind: string, otherwise: number): number {
  const mean = means.get(kind);
  return mean === undefined ? otherwise : Math.round(mean.sum / mean.count);
}
