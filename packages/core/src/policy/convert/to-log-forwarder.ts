// A policy -> the kubeAPIAudit filter of OpenShift's ClusterLogForwarder, with what that filter reads otherwise or cannot say.
import { stringify } from 'yaml';
import { toPlainRule } from '../edit/print-policy.ts';
import { takesEverything } from '../explain/explain-policy.ts';
import { type GroupResources, makeRule, type Policy, type PolicyRule } from '../policy.ts';
import type { Conversion, ConversionNote } from './conversion.ts';

export function convertToLogForwarder(policy: Policy): Conversion {
  const notes: ConversionNote[] = [
    {
      rule: -1,
      lossy: false,
      sentence: 'The filter works on what the API server has recorded; it can lower a level, never raise it.',
    },
    {
      rule: -1,
      lossy: false,
      sentence:
        'omitResponseCodes is set to an empty list: without it the filter drops 404, 409, 422 and 429, which hides probing.',
    },
  ];
  if (policy.omitManagedFields || policy.rules.some((rule) => rule.omitManagedFields === true)) {
    notes.push({
      rule: -1,
      lossy: true,
      sentence: 'omitManagedFields has no counterpart; managedFields stay in the forwarded bodies.',
    });
  }
  const rules = policy.rules.flatMap((rule, index) => convertRule(rule, index, notes));
  if (!policy.rules.some(takesEverything)) {
    rules.push(makeRule('None'));
    notes.push({
      rule: -1,
      lossy: false,
      sentence: 'A last rule of level None was added: the filter would judge unmatched events by defaults of its own.',
    });
  }
  const filter = {
    name: 'audit-policy',
    type: 'kubeAPIAudit',
    kubeAPIAudit: {
      omitResponseCodes: [],
      ...(policy.omitStages.length === 0 ? {} : { omitStages: policy.omitStages }),
      rules: rules.map(plain),
    },
  };
  const forwarder = {
    apiVersion: 'observability.openshift.io/v1',
    kind: 'ClusterLogForwarder',
    metadata: { name: 'audit', namespace: 'openshift-logging' },
    spec: {
      filters: [filter],
      pipelines: [{ name: 'audit', inputRefs: ['audit'], filterRefs: ['audit-policy'], outputRefs: ['<your output>'] }],
    },
  };
  return {
    documents: [
      {
        place: 'ClusterLogForwarder (merge into yours)',
        text: stringify(forwarder, { lineWidth: 0, aliasDuplicateObjects: false }),
      },
    ],
    notes,
  };
}

function plain(rule: PolicyRule): Readonly<Record<string, unknown>> {
  const { omitManagedFields: _, ...rest } = rule;
  return toPlainRule({ ...rest, omitManagedFields: undefined });
}

/** Texts that only the filter takes for patterns; the wildcards of resources are patterns to both. */
export function findStarred(rule: PolicyRule): readonly string[] {
  const resources = rule.resources.flatMap((entry) => [
    ...entry.resources.filter((text) => !/^(?:\*|[^*]+\/\*|\*\/[^*]+)$/.test(text)),
    ...entry.resourceNames,
  ]);
  return [...rule.users, ...rule.userGroups, ...rule.namespaces, ...resources].filter((text) => text.includes('*'));
}

function convertRule(rule: PolicyRule, index: number, notes: ConversionNote[]): readonly PolicyRule[] {
  const note = (sentence: string) => notes.push({ rule: index, lossy: true, sentence });
  const starred = findStarred(rule);
  if (starred.length > 0)
    note(
      `${starred.map((text) => JSON.stringify(text)).join(', ')} is a wildcard to the filter, but a plain text to the API server.`,
    );
  if (rule.namespaces.includes('')) {
    note('namespaces: [""] (requests outside of namespaces) never matches in the filter; the entry was left out.');
    if (rule.namespaces.length === 1) return [];
  }
  const namespaces = rule.namespaces.filter((namespace) => namespace !== '');
  const every = rule.resources.some(
    (entry) =>
      entry.group === '*' &&
      entry.resourceNames.length === 0 &&
      (entry.resources.length === 0 || entry.resources.includes('*')),
  );
  if (every) {
    note('The group "*" is compared as a text by the filter; the rule now takes every resource, and URLs too.');
    return [{ ...rule, namespaces, resources: [] }];
  }
  const anyGroup = rule.resources.filter((entry) => entry.group === '*');
  if (anyGroup.length > 0)
    note(
      `The group "*" is compared as a text by the filter, so ${anyGroup.flatMap((entry) => entry.resources).join(', ')} cannot be asked for in every group; the entry was left out.`,
    );
  const resources = rule.resources.filter((entry) => entry.group !== '*').map(widen);
  if (rule.resources.length > 0 && resources.length === 0) return [];
  return [{ ...rule, namespaces, resources }];
}

/** `pods/*` includes plain `pods` for the API server only. */
function widen(entry: GroupResources): GroupResources {
  const resources = entry.resources.flatMap((text) => (/^[^*]+\/\*$/.test(text) ? [text.slice(0, -2), text] : [text]));
  return { ...entry, resources: [...new Set(resources)] };
}
