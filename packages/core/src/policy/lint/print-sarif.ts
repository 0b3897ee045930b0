// Findings -> SARIF 2.1.0, the form that code hosts show beside the lines of a change.
import { type Finding, LINT_CODES } from './finding.ts';

const LEVELS = { error: 'error', warning: 'warning', note: 'note' } as const;

/** `uri` is the path of the policy as the reader of the report knows it. */
export function printSarif(findings: readonly Finding[], uri: string, version: string): object {
  const rules = Object.entries(LINT_CODES).map(([id, text]) => ({ id, shortDescription: { text } }));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'kubewitness policy lint', version, rules } },
        results: findings.map((finding) => ({
          ruleId: finding.code,
          level: LEVELS[finding.severity],
          message: {
            text: finding.suggestion === undefined ? finding.why : `${finding.why} ${finding.suggestion.sentence}`,
          },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri },
                region: { startLine: finding.line, startColumn: finding.column },
              },
              logicalLocations: finding.path === '' ? [] : [{ fullyQualifiedName: finding.path }],
            },
          ],
        })),
      },
    ],
  };
}
