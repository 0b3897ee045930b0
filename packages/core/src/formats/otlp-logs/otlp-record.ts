// Log records of OpenTelemetry as both encodings give them, before they become streams.
import type { OtlpPair, OtlpValue } from './otlp-value.ts';

export interface OtlpRecord {
  /** 0n when the sender did not know it. */
  readonly timeNanos: bigint;
  readonly observedNanos: bigint;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: OtlpValue;
  readonly attributes: readonly OtlpPair[];
  readonly droppedAttributes: number;
  readonly flags: number;
  /** Hex; '' when there is none. */
  readonly traceId: string;
  readonly spanId: string;
  readonly eventName: string;
}

export interface OtlpScope {
  readonly name: string;
  readonly version: string;
  readonly attributes: readonly OtlpPair[];
  readonly droppedAttributes: number;
  readonly records: readonly OtlpRecord[];
}

export interface OtlpResource {
  readonly attributes: readonly OtlpPair[];
  readonly scopes: readonly OtlpScope[];
}
