// Findings about a policy as a whole: keys the server ignores, requests nobody decides, stages and managedFields.
import { bodies } from '../explain/describe-rule.ts';
import { takesEverything } from '../explain/explain-policy.ts';
import type { LoadedPolicy } from '../load/load-policy.ts';
import type { NodePath } from '../load/value-node.ts';
import { makeRule, type Policy } from '../policy.ts';
import type { Finding, RawFinding } from './finding.ts';

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  policy: ['apiVersion', 'kind', 'metadata', 'rules', 'omitStages', 'omitManagedFields'],
  rule: [
    'level',
    'users',
    'userGroups',
    'verbs',
    'resources',
    'namespaces',
    'nonResourceURLs',
    'omitStages',
    'omitManagedFields',
  ],
  resources: ['group', 'resources', 'resourceNames'],
};

/** Keys that strict decoding refuses; they already have their line and column. */
export function findIgnoredKeys(load: LoadedPolicy): readonly Finding[] {
  return load.warnings.map((warning): Finding => {
    const path = warning.path;
    const rule = Number(/^rules\[(\d+)\]/.exec(path)?.[1] ?? -1);
    const place = { rule, path, line: warning.line, column: warning.column };
    if (warning.kind === 'duplicate-key') {
      const suggestion = { sentence: 'Remove one of the two.' };
      return { code: 'duplicate-key', severity: 'error', ...place, why: warning.sentence, suggestion };
    }
    const inResources = /\.resources\[\d+\]\.[^.]+$/.test(path);
    const fields = FIELDS[inResources ? 'resources' : rule >= 0 ? 'rule' : 'policy'] ?? [];
    const meant = fields.find((field) => isNear(field, warning.key));
    const effect = rule < 0 ? '' : describeEffect(load.policy, rule, inResources);
    const why = `The API server ignores the key ${JSON.stringify(warning.key)} and only logs a warning${effect}.`;
    if (meant === undefined)
      return {
        code: 'unknown-field',
        severity: 'error',
        ...place,
        why,
        suggestion: { sentence: 'Remove it; nothing reads it.' },
      };
    const edit = { kind: 'rename-key', path: parsePath(path), to: meant } as const;
    return {
      code: 'unknown-field',
      severity: 'error',
      ...place,
      why,
      suggestion: { sentence: `Write ${JSON.stringify(meant)}.`, edit },
    };
  });
}

function describeEffect(policy: Policy, index: number, inResources: boolean): string {
  const rule = policy.rules[index];
  if (rule === undefined) return '';
  if (takesEverything(rule)) return '; without it this rule fits every request';
  return inResources
    ? '; without it the entry takes the whole group'
    : '; without it the rule takes more than it was meant to';
}

function isNear(field: string, key: string): boolean {
  const a = field.toLowerCase();
  const b = key.toLowerCase().replaceAll(/[-_]/g, '');
  return (
    a === b ||
    distance(a, b) <= 2 ||
    (b === 'groups' && field === 'userGroups') ||
    (b === 'urls' && field === 'nonResourceURLs') ||
    (b === 'apigroup' && field === 'group')
  );
}

/** Levenshtein distance of two short words. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 9;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 9;
}

export function parsePath(path: string): NodePath {
  return path.split('.').flatMap((part) => {
    const [name = '', ...indexes] = part.split(/[[\]]+/);
    return [...(name === '' ? [] : [name]), ...indexes.filter((index) => index !== '').map(Number)];
  });
}

export function findGeneral(policy: Policy): readonly RawFinding[] {
  const findings: RawFinding[] = [];
  if (!policy.rules.some(takesEverything)) {
    const edit = {
      kind: 'insert-rule',
      at: policy.rules.length,
      rule: makeRule('Metadata'),
      comment: 'Everything else.',
    } as const;
    findings.push({
      code: 'no-catch-all',
      severity: 'warning',
      path: ['rules', policy.rules.length - 1],
      why: 'No rule fits every request; what fits none is not recorded, and nothing says so.',
      suggestion: { sentence: 'End with "- level: Metadata", or with "- level: None" to say that it is meant.', edit },
    });
  }
  findings.push(...findStages(policy));
  const recorded = policy.rules.findIndex(
    (rule) => bodies(rule.level) && !(rule.omitManagedFields ?? policy.omitManagedFields),
  );
  if (recorded !== -1) {
    const sentence = 'Set omitManagedFields: true for the policy.';
    const why = 'Bodies are recorded with managedFields, which are often half of an object and tell nobody anything.';
    findings.push({
      code: 'managed-fields',
      severity: 'note',
      path: ['rules', recorded],
      why,
      suggestion: { sentence, edit: { kind: 'set-flag', key: 'omitManagedFields', value: true } },
    });
  }
  return findings;
}

function findStages(policy: Policy): readonly RawFinding[] {
  const findings: RawFinding[] = [];
  const recording = policy.rules
    .map((rule, index) => ({ index, level: rule.level, stages: new Set([...policy.omitStages, ...rule.omitStages]) }))
    .filter(({ level }) => level !== 'None');
  const kept = recording.filter(({ stages }) => !stages.has('RequestReceived'));
  if (kept.length > 0) {
    const all = kept.length === policy.rules.filter((rule) => rule.level !== 'None').length;
    const which = all
      ? 'Every recorded request'
      : `A request of rule ${kept
          .map(({ index }) => index)
          .slice(0, 8)
          .join(', ')}`;
    findings.push({
      code: 'request-received',
      severity: 'note',
      path: all ? [] : ['rules', kept[0]?.index ?? 0],
      why: `${which} is written twice: RequestReceived says nothing that ResponseComplete does not say again, but doubles the volume.`,
      suggestion: {
        sentence: 'Set omitStages: [RequestReceived] for the policy.',
        edit: { kind: 'add-text', path: ['omitStages'], text: 'RequestReceived' },
      },
    });
  }
  for (const { index, stages } of recording) {
    if (!stages.has('ResponseComplete')) continue;
    const path = policy.omitStages.includes('ResponseComplete') ? ['omitStages'] : ['rules', index, 'omitStages'];
    const why =
      'Without ResponseComplete no record tells the answer: whether a request was refused, failed or changed something.';
    findings.push({
      code: 'outcome-omitted',
      severity: 'error',
      path,
      why,
      suggestion: { sentence: 'Take ResponseComplete out of omitStages.' },
    });
  }
  return findings;
}
