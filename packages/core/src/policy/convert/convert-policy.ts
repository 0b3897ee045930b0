// A policy and a target -> the files and resources of that distribution.
import { stringify } from 'yaml';
import { printPolicy, toPlainPolicy } from '../edit/print-policy.ts';
import type { Policy } from '../policy.ts';
import { type AuditFlags, DEFAULT_FLAGS, printFlags } from './audit-flags.ts';
import type { Conversion, ConvertedDocument, ConvertTarget } from './conversion.ts';
import { convertToLogForwarder } from './to-log-forwarder.ts';
import { convertToOpenshift } from './to-openshift.ts';

export interface ConvertOptions {
  readonly flags?: AuditFlags;
}

const yaml = (value: unknown) => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
const place = (path: string, text: string): ConvertedDocument => ({ place: path, text });

export function convertPolicy(policy: Policy, target: ConvertTarget, options: ConvertOptions = {}): Conversion {
  const flags = options.flags ?? DEFAULT_FLAGS;
  const text = printPolicy(policy);
  switch (target) {
    case 'openshift':
      return convertToOpenshift(policy);
    case 'clusterlogforwarder':
      return convertToLogForwarder(policy);
    case 'upstream':
      return plainly([
        place('/etc/kubernetes/audit-policy.yaml', text),
        place(
          'kube-apiserver flags',
          printFlags(flags, '/etc/kubernetes/audit-policy.yaml', '/var/log/kubernetes/audit/audit.log'),
        ),
      ]);
    case 'kubeadm':
      return plainly([
        place('/etc/kubernetes/audit-policy.yaml', text),
        place('kubeadm ClusterConfiguration', yaml(kubeadmConfiguration(flags))),
      ]);
    case 'kind':
      return plainly([
        place('audit-policy.yaml (beside the kind configuration)', text),
        place('kind configuration', yaml(kindConfiguration(flags))),
      ]);
    case 'rke2':
      return plainly([
        place('/etc/rancher/rke2/audit-policy.yaml', text),
        place(
          '/etc/rancher/rke2/config.yaml',
          yaml({
            'audit-policy-file': '/etc/rancher/rke2/audit-policy.yaml',
            'kube-apiserver-arg': sizeArguments(flags),
          }),
        ),
      ]);
    case 'k3s':
      return plainly([
        place('/var/lib/rancher/k3s/server/audit.yaml', text),
        place(
          '/etc/rancher/k3s/config.yaml',
          yaml({
            'kube-apiserver-arg': [
              'audit-policy-file=/var/lib/rancher/k3s/server/audit.yaml',
              'audit-log-path=/var/lib/rancher/k3s/server/logs/audit.log',
              ...sizeArguments(flags),
            ],
          }),
        ),
        place('commands', 'mkdir -p -m 700 /var/lib/rancher/k3s/server/logs\n'),
      ]);
    case 'talos': {
      const extraArgs = {
        'audit-log-maxage': String(flags.maxAgeDays),
        'audit-log-maxbackup': String(flags.maxBackups),
        'audit-log-maxsize': String(flags.maxSizeMegabytes),
      };
      const document = place(
        'machine configuration patch',
        yaml({ cluster: { apiServer: { auditPolicy: toPlainPolicy(policy), extraArgs } } }),
      );
      return {
        documents: [document],
        notes: [
          {
            rule: -1,
            lossy: false,
            sentence: 'Talos keeps the log on the EPHEMERAL partition: a rebuilt node has lost it, so collect it.',
          },
        ],
      };
    }
    case 'kops':
      return plainly([place('cluster spec', yaml(kopsSpec(text, flags)))]);
    case 'configmap':
      return plainly([
        place(
          'ConfigMap',
          yaml({
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'audit-policy', namespace: 'kube-system' },
            data: { 'policy.yaml': text },
          }),
        ),
      ]);
    default:
      return target satisfies never;
  }
}

function plainly(documents: readonly ConvertedDocument[]): Conversion {
  return { documents, notes: [] };
}

function sizeArguments(flags: AuditFlags): readonly string[] {
  return [
    `audit-log-maxage=${flags.maxAgeDays}`,
    `audit-log-maxbackup=${flags.maxBackups}`,
    `audit-log-maxsize=${flags.maxSizeMegabytes}`,
  ];
}

function kubeadmConfiguration(flags: AuditFlags, version: 'v1beta3' | 'v1beta4' = 'v1beta4'): object {
  const policyPath = '/etc/kubernetes/audit-policy.yaml';
  const args = {
    'audit-policy-file': policyPath,
    'audit-log-path': '/var/log/kubernetes/audit/audit.log',
    ...Object.fromEntries(sizeArguments(flags).map((arg) => arg.split('='))),
  };
  return {
    apiVersion: `kubeadm.k8s.io/${version}`,
    kind: 'ClusterConfiguration',
    apiServer: {
      // Arguments are a mapping until v1beta3 and a list since.
      extraArgs:
        version === 'v1beta3' ? args : Object.entries(args).map(([name, value]) => ({ name, value: String(value) })),
      extraVolumes: [
        { name: 'audit-policy', hostPath: policyPath, mountPath: policyPath, readOnly: true, pathType: 'File' },
        {
          name: 'audit-log',
          hostPath: '/var/log/kubernetes/audit',
          mountPath: '/var/log/kubernetes/audit',
          readOnly: false,
          pathType: 'DirectoryOrCreate',
        },
      ],
    },
  };
}

function kindConfiguration(flags: AuditFlags): object {
  return {
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    nodes: [
      {
        role: 'control-plane',
        // A patch of another version than the cluster's is passed over, and releases of kind differ in theirs.
        kubeadmConfigPatches: [yaml(kubeadmConfiguration(flags)), yaml(kubeadmConfiguration(flags, 'v1beta3'))],
        extraMounts: [
          { hostPath: './audit-policy.yaml', containerPath: '/etc/kubernetes/audit-policy.yaml', readOnly: true },
        ],
      },
    ],
  };
}

function kopsSpec(text: string, flags: AuditFlags): object {
  // Since 1.22 the API server container only sees this folder.
  const path = '/srv/kubernetes/kube-apiserver/audit-policy.yaml';
  return {
    spec: {
      fileAssets: [{ name: 'audit-policy', path, roles: ['ControlPlane'], content: text }],
      kubeAPIServer: {
        auditPolicyFile: path,
        auditLogPath: '/var/log/kube-apiserver-audit.log',
        auditLogMaxAge: flags.maxAgeDays,
        auditLogMaxBackups: flags.maxBackups,
        auditLogMaxSize: flags.maxSizeMegabytes,
      },
    },
  };
}
