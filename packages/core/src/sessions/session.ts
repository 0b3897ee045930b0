// Session: somebody inside something, from when to when, as far as the audit log tells. The result of the fold.
import type { SessionKind } from '../wire/index.ts';
import type { PodFacts } from './pod-facts.ts';
import type { SessionRequest } from './session-request.ts';

/** `unknown`: it began, and how it ended cannot be told any more; `attempt`: it was refused or failed, nobody was inside. */
export type SessionState = 'open' | 'ended' | 'unknown' | 'attempt';

/** What was asked of the container, read out of its argv. */
export type ExecForm =
  | { readonly form: 'command' }
  | { readonly form: 'rsh' }
  | { readonly form: 'cp'; readonly direction: 'from-pod' | 'to-pod'; readonly path: string };

export interface Session {
  /** 16 hex digits; the same for the same records in whatever order they came. */
  readonly id: string;
  readonly kind: SessionKind;
  readonly form: ExecForm | undefined;
  /** Of kubelet-proxy: exec, run, attach or port-forward. */
  readonly kubeletVerb: string;
  readonly state: SessionState;
  readonly startNanos: bigint;
  /** undefined while it is open, and when nobody knows. */
  readonly endNanos: bigint | undefined;
  /** The request that tells who, from where and by which right. */
  readonly main: SessionRequest;
  /** Every request that belongs to it, in order. */
  readonly requests: readonly SessionRequest[];
  readonly code: number;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  /** Of a port-forward whose request names them. */
  readonly ports: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly node: string;
  /** How the node is known, in a few words; '' when it is not. */
  readonly nodeBy: string;
  readonly debuggedPod: string;
  /** The creation of the pod that somebody was in, by whomever; undefined when it is not in the store. */
  readonly podCreate: SessionRequest | undefined;
  /** What the pod was; undefined when no recorded body tells. */
  readonly podFacts: PodFacts | undefined;
  readonly image: string;
  /** Id of the session that this request served, such as the copy that asked first whether a directory exists. */
  readonly partOf: string;
  /** Sentences about what the log does not tell. */
  readonly notKnown: readonly string[];
}
