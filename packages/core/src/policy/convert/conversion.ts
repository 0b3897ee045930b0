// A conversion's outcome: the documents to apply or place, and what the target cannot say.

export const CONVERT_TARGETS = [
  'upstream',
  'kubeadm',
  'kind',
  'openshift',
  'clusterlogforwarder',
  'rke2',
  'k3s',
  'talos',
  'kops',
  'configmap',
] as const;
export type ConvertTarget = (typeof CONVERT_TARGETS)[number];

export interface ConvertedDocument {
  /** Where it goes: a path on the node, or a name of a resource to apply. */
  readonly place: string;
  readonly text: string;
}

export interface ConversionNote {
  /** Index of the rule it is about, -1 for the whole. */
  readonly rule: number;
  readonly sentence: string;
  /** Whether requests will be recorded otherwise than the policy says. */
  readonly lossy: boolean;
}

export interface Conversion {
  readonly documents: readonly ConvertedDocument[];
  readonly notes: readonly ConversionNote[];
}
