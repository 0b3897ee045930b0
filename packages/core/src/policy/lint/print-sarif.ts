// Findings -> SARIF 2.1.0, the form that code hosts show beside the lines of a change.
import type { RefusedPolicy } from '../load/load-policy.ts';
import { type Finding, LINT_CODES } from './finding.ts';

const LEVELS = { error: 'error', warning: 'warning', note: 'note' } as const;

/** A policy as the reader of the report knows it, with what was found in it, or why no server takes it. */
export interface LintedPolicy {
  readonly path: string;
  readonly findings: readonly Finding[];
  readonly refused?: RefusedPolicy;
}

export function printSarif(policies: readonly LintedPolicy[], version: string): object {
  const results = policies.flatMap(({ path, findings, refused }) => [
    ...(refused?.problems ?? []).map((problem) => ({
      ruleId: problem.code,
      level: 'error',
      message: { text: `The API server refuses this policy: ${problem.sentence} ${problem.wayOut}` },
      locations: [locate(path, problem)],
    })),
    ...findings.map((finding) => ({
      ruleId: finding.code,
      level: LEVELS[finding.severity],
      message: {
        text: finding.suggestion === undefined ? finding.why : `${finding.why} ${finding.suggestion.sentence}`,
      },
      locations: [locate(path, finding)],
      properties: { rule: finding.rule },
    })),
  ]);
  const codes = [...new Set(policies.flatMap(({ refused }) => refused?.problems.map(({ code }) => code) ?? []))];
  const rules = [
    ...Object.entries(LINT_CODES).map(([id, text]) => ({ id, shortDescription: { text } })),
    ...codes.map((id) => ({ id, shortDescription: { text: 'A policy that the API server refuses.' } })),
  ];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'kubewitness policy lint', version, rules } }, results }],
  };
}

interface Spot {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

function locate(path: string, spot: Spot): object {
  return {
    physicalLocation: {
      artifactLocation: { uri: printUri(path) },
      region: { startLine: spot.line, startColumn: spot.column },
    },
    ...(spot.path === '' ? {} : { logicalLocations: [{ fullyQualifiedName: spot.path }] }),
  };
}

/** Reports hold URIs: paths within a repository stay relative, others say that they are files. */
function printUri(path: string): string {
  const escaped = path.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  if (escaped.startsWith('/')) return `file://${escaped}`;
  return escaped.replace(/^\.\//, '');
}
