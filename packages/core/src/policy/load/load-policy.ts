// A policy file -> the policy that a kube-apiserver would run with, its warnings and places, or every reason why it refuses.
import type { Policy } from '../policy.ts';
import { decodePolicy, decodeWithoutVersion } from './decode-policy.ts';
import { newDecodeState, type StrictFinding } from './field-reader.ts';
import { buildLineIndex, type LineIndex } from './line-index.ts';
import { type DuplicateKey, parseJson } from './parse-json.ts';
import { parseYaml } from './parse-yaml.ts';
import type { PlacedProblem, PolicyProblem, PolicyWarning } from './policy-problem.ts';
import { printProblem } from './policy-problem.ts';
import { parsePolicyText } from './policy-text.ts';
import { readVersion, versionProblem } from './policy-version.ts';
import { validatePolicy } from './validate-policy.ts';
import type { ValueNode } from './value-node.ts';

/** The text a policy came from, to say where things stand and to edit it. */
export interface PolicySource {
  readonly text: string;
  readonly root: ValueNode;
  readonly lines: LineIndex;
}

export interface LoadedPolicy {
  readonly ok: true;
  readonly policy: Policy;
  readonly apiVersion: string;
  readonly warnings: readonly PolicyWarning[];
  /** The line that the server logs when strict decoding fails; '' when it does not. */
  readonly serverWarning: string;
  readonly notes: readonly string[];
  readonly source: PolicySource;
}

export interface RefusedPolicy {
  readonly ok: false;
  readonly problems: readonly PolicyProblem[];
  readonly serverWarning: string;
  readonly error: string;
}

export type PolicyLoad = LoadedPolicy | RefusedPolicy;

export interface LoadOptions {
  /** Read v1beta1 and v1alpha1 too, which no server since 1.24 does: for converting old policies. */
  readonly acceptOlder?: boolean;
}

export function loadPolicy(input: string | Uint8Array, options: LoadOptions = {}): PolicyLoad {
  const decodedText = parsePolicyText(input);
  if (!decodedText.ok) return refuse('', [decodedText.problem]);
  const { text } = decodedText;
  // White space, then "{": the server's JSON reader takes it and YAML never gets a turn.
  const json = /^[\s\u0085]*\{/.test(text) && !/^[^{]*\ufeff/.test(text);
  const parsed = json ? parseJson(text) : parseYaml(text, decodedText.invalidAt);
  if (!parsed.ok) return refuse(text, [parsed.problem]);
  const { root } = parsed;
  const version = readVersion(root);
  const state = newDecodeState();
  if (!version.ok) {
    if (version.versionless) decodeWithoutVersion(state, root);
    return refuse(text, [version.problem], printServerWarning(parsed.duplicates, state.strict, text));
  }
  if (version.older && options.acceptOlder !== true) {
    const problem = versionProblem(
      0,
      `the apiVersion ${JSON.stringify(version.apiVersion)} was removed in Kubernetes 1.24.`,
    );
    return refuse(text, [
      { ...problem, wayOut: 'Write "apiVersion: audit.k8s.io/v1" (same rules), or use "policy convert".' },
    ]);
  }
  const decoded = decodePolicy(state, root);
  if (state.mismatches.length > 0) return refuse(text, state.mismatches);
  const serverWarning = printServerWarning(parsed.duplicates, state.strict, text);
  const validated = validatePolicy(decoded, root);
  if (!validated.ok) return refuse(text, validated.problems, serverWarning);
  const lines = buildLineIndex(text);
  return {
    ok: true,
    policy: validated.policy,
    apiVersion: version.apiVersion,
    warnings: describeWarnings(parsed.duplicates, state.strict, lines),
    serverWarning,
    notes: version.older
      ? [`${version.apiVersion} was read as audit.k8s.io/v1; no server since Kubernetes 1.24 accepts it.`]
      : [],
    source: { text, root, lines },
  };
}

function refuse(text: string, problems: readonly PlacedProblem[], serverWarning = ''): RefusedPolicy {
  const lines = buildLineIndex(text);
  const placed = problems.map(({ at, ...problem }) => ({ ...problem, ...lines.place(at) }));
  return { ok: false, problems: placed, serverWarning, error: placed.map(printProblem).join('\n') };
}

function printServerWarning(
  duplicates: readonly DuplicateKey[],
  strict: readonly StrictFinding[],
  text: string,
): string {
  const parts: string[] = [];
  if (duplicates.length > 0) {
    const lines = buildLineIndex(text);
    const each = duplicates.map(
      ({ key, at }) => `line ${lines.place(at).line}: key ${JSON.stringify(key)} already set in map`,
    );
    parts.push(`yaml: unmarshal errors:\n  ${each.join('\n  ')}`);
  }
  for (const { kind, path } of strict)
    parts.push(`${kind === 'unknown-field' ? 'unknown' : 'duplicate'} field ${JSON.stringify(path)}`);
  if (parts.length === 0) return '';
  return `Audit policy contains errors, falling back to lenient decoding: strict decoding error: ${parts.join(', ')}`;
}

function describeWarnings(
  duplicates: readonly DuplicateKey[],
  strict: readonly StrictFinding[],
  lines: LineIndex,
): readonly PolicyWarning[] {
  const doubled = duplicates.map(({ key, keyAt }): PolicyWarning => {
    const sentence = `the key ${JSON.stringify(key)} stands twice in one mapping; the server takes the last and only logs a warning.`;
    return { kind: 'duplicate-key', path: '', key, ...lines.place(keyAt), sentence };
  });
  const found = strict.map(({ kind, path, key, at }): PolicyWarning => {
    const sentence =
      kind === 'unknown-field'
        ? `${path} is no field of a policy; the server ignores it and only logs a warning.`
        : `${path} stands twice; the server takes the last and only logs a warning.`;
    return { kind, path, key, ...lines.place(at), sentence };
  });
  return [...doubled, ...found];
}
