// A policy as a value -> YAML text that every server reads the same way.
import { API_VERSION, type GroupResources, type Policy, type PolicyRule } from '../policy.ts';

/** Everything but plain words is quoted: YAML 1.1 has too many words that are no texts. */
export function printText(text: string): string {
  if (/^[A-Za-z][A-Za-z0-9_./-]*$/.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text)) return text;
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function printTexts(texts: readonly string[]): string {
  return `[${texts.map(printText).join(', ')}]`;
}

/** The lines of one item of `rules`, the first with its dash. */
export function printRuleLines(rule: PolicyRule): readonly string[] {
  const lines = [`level: ${rule.level}`];
  if (rule.users.length > 0) lines.push(`users: ${printTexts(rule.users)}`);
  if (rule.userGroups.length > 0) lines.push(`userGroups: ${printTexts(rule.userGroups)}`);
  if (rule.verbs.length > 0) lines.push(`verbs: ${printTexts(rule.verbs)}`);
  if (rule.resources.length > 0) lines.push('resources:', ...rule.resources.flatMap(printResources));
  if (rule.namespaces.length > 0) lines.push(`namespaces: ${printTexts(rule.namespaces)}`);
  if (rule.nonResourceURLs.length > 0) lines.push(`nonResourceURLs: ${printTexts(rule.nonResourceURLs)}`);
  if (rule.omitStages.length > 0) lines.push(`omitStages: ${printTexts(rule.omitStages)}`);
  if (rule.omitManagedFields !== undefined) lines.push(`omitManagedFields: ${rule.omitManagedFields}`);
  return lines.map((line, index) => `${index === 0 ? '- ' : '  '}${line}`);
}

function printResources(entry: GroupResources): readonly string[] {
  const lines = [`- group: ${printText(entry.group)}`];
  if (entry.resources.length > 0) lines.push(`  resources: ${printTexts(entry.resources)}`);
  if (entry.resourceNames.length > 0) lines.push(`  resourceNames: ${printTexts(entry.resourceNames)}`);
  return lines;
}

export interface PrintOptions {
  /** Comment lines above the rule of this index. */
  readonly comments?: ReadonlyMap<number, string>;
  readonly head?: readonly string[];
}

export function printPolicy(policy: Policy, options: PrintOptions = {}): string {
  const lines = (options.head ?? []).map((line) => `# ${line}`);
  lines.push(`apiVersion: ${API_VERSION}`, 'kind: Policy');
  if (policy.name !== '') lines.push('metadata:', `  name: ${printText(policy.name)}`);
  if (policy.omitStages.length > 0) lines.push(`omitStages: ${printTexts(policy.omitStages)}`);
  if (policy.omitManagedFields) lines.push('omitManagedFields: true');
  lines.push('rules:');
  for (const [index, rule] of policy.rules.entries()) {
    const comment = options.comments?.get(index);
    if (comment !== undefined) lines.push(`# ${comment.replaceAll('\n', ' ')}`);
    lines.push(...printRuleLines(rule));
  }
  return `${lines.join('\n')}\n`;
}

/** The policy as plain data in the shape of the file, for JSON output and for embedding in other resources. */
export function toPlainPolicy(policy: Policy): Readonly<Record<string, unknown>> {
  return {
    apiVersion: API_VERSION,
    kind: 'Policy',
    ...(policy.name === '' ? {} : { metadata: { name: policy.name } }),
    ...(policy.omitStages.length === 0 ? {} : { omitStages: policy.omitStages }),
    ...(policy.omitManagedFields ? { omitManagedFields: true } : {}),
    rules: policy.rules.map(toPlainRule),
  };
}

export function toPlainRule(rule: PolicyRule): Readonly<Record<string, unknown>> {
  const filled = Object.entries(rule).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  const plain: Record<string, unknown> = Object.fromEntries(filled);
  if (rule.resources.length > 0) {
    plain['resources'] = rule.resources.map(({ group, resources, resourceNames }) => ({
      group,
      ...(resources.length === 0 ? {} : { resources }),
      ...(resourceNames.length === 0 ? {} : { resourceNames }),
    }));
  }
  return plain;
}
