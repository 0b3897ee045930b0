// The resources of Kubernetes' and OpenShift's own API groups and their subresources: what a rule can name without being dead.

const CORE =
  'bindings componentstatuses configmaps endpoints events limitranges namespaces namespaces/status namespaces/finalize nodes nodes/status nodes/proxy persistentvolumeclaims persistentvolumeclaims/status persistentvolumes persistentvolumes/status pods pods/attach pods/binding pods/ephemeralcontainers pods/eviction pods/exec pods/log pods/portforward pods/proxy pods/resize pods/status podtemplates replicationcontrollers replicationcontrollers/scale replicationcontrollers/status resourcequotas resourcequotas/status secrets serviceaccounts serviceaccounts/token services services/proxy services/status securitycontextconstraints';

/** Group → its resources. Only groups whose resources are all known stand here; for any other group nothing is said. */
const TABLE: Readonly<Record<string, string>> = {
  '': CORE,
  'admissionregistration.k8s.io':
    'mutatingwebhookconfigurations validatingwebhookconfigurations validatingadmissionpolicies validatingadmissionpolicies/status validatingadmissionpolicybindings mutatingadmissionpolicies mutatingadmissionpolicybindings',
  'apiextensions.k8s.io': 'customresourcedefinitions customresourcedefinitions/status',
  'apiregistration.k8s.io': 'apiservices apiservices/status',
  apps: 'controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status deployments/rollback replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status',
  'authentication.k8s.io': 'tokenreviews selfsubjectreviews tokenrequests',
  'authorization.k8s.io':
    'localsubjectaccessreviews selfsubjectaccessreviews selfsubjectrulesreviews subjectaccessreviews',
  autoscaling: 'horizontalpodautoscalers horizontalpodautoscalers/status',
  batch: 'cronjobs cronjobs/status jobs jobs/status',
  'certificates.k8s.io':
    'certificatesigningrequests certificatesigningrequests/approval certificatesigningrequests/status clustertrustbundles podcertificaterequests podcertificaterequests/status',
  'coordination.k8s.io': 'leases leasecandidates',
  'discovery.k8s.io': 'endpointslices',
  'events.k8s.io': 'events',
  'flowcontrol.apiserver.k8s.io':
    'flowschemas flowschemas/status prioritylevelconfigurations prioritylevelconfigurations/status',
  'metrics.k8s.io': 'nodes pods',
  'networking.k8s.io':
    'ingresses ingresses/status ingressclasses networkpolicies networkpolicies/status ipaddresses servicecidrs servicecidrs/status',
  'node.k8s.io': 'runtimeclasses',
  policy: 'poddisruptionbudgets poddisruptionbudgets/status podsecuritypolicies',
  'rbac.authorization.k8s.io': 'clusterrolebindings clusterroles rolebindings roles',
  'scheduling.k8s.io': 'priorityclasses podgroups workloads',
  'storage.k8s.io':
    'csidrivers csinodes csistoragecapacities storageclasses volumeattachments volumeattachments/status volumeattributesclasses',
  'oauth.openshift.io':
    'oauthaccesstokens oauthauthorizetokens oauthclientauthorizations oauthclients useroauthaccesstokens tokenreviews',
  'user.openshift.io': 'groups identities useridentitymappings users',
  'route.openshift.io': 'routes routes/status routes/custom-host',
  'project.openshift.io': 'projectrequests projects',
};

const KNOWN: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(TABLE).map(([group, names]) => [group, new Set(names.split(' '))]),
);
const REMOVED_GROUPS = new Set(['extensions']);

export function isKnownGroup(group: string): boolean {
  return KNOWN.has(group);
}

/** Whether the group is one that no server serves: a word without a dot that is no group of Kubernetes. */
export function isDeadGroup(group: string): boolean {
  if (group === '' || group === '*' || KNOWN.has(group) || REMOVED_GROUPS.has(group)) return false;
  return !group.includes('.');
}

/** undefined: the group is not fully known, so nothing can be said. */
export function isKnownResource(group: string, text: string): boolean | undefined {
  const known = KNOWN.get(group);
  if (known === undefined) return undefined;
  if (text === '*') return true;
  const [resource = '', subresource] = splitResource(text);
  if (resource === '*') return [...known].some((name) => name.endsWith(`/${subresource}`)) || subresource === 'scale';
  if (subresource === '*' || subresource === undefined) return known.has(resource);
  return known.has(text);
}

/** Groups that serve a resource of this name; for a singular or a kind, of the plural that was meant. */
export function findGroupsOf(text: string): readonly { readonly group: string; readonly resource: string }[] {
  const [resource = '', subresource] = splitResource(text);
  const lower = resource.toLowerCase();
  const candidates = [lower, `${lower}s`, `${lower}es`, lower.replace(/y$/, 'ies')];
  const found: { group: string; resource: string }[] = [];
  for (const [group, names] of KNOWN) {
    const plural = candidates.find((candidate) => names.has(candidate));
    if (plural === undefined) continue;
    const whole = subresource === undefined ? plural : `${plural}/${subresource}`;
    if (subresource === undefined || subresource === '*' || names.has(whole)) found.push({ group, resource: whole });
  }
  return found;
}

function splitResource(text: string): readonly [string, string | undefined] {
  const slash = text.indexOf('/');
  return slash === -1 ? [text, undefined] : [text.slice(0, slash), text.slice(slash + 1)];
}

/** The group that was probably meant: the one whose first word is the same, or that contains it. */
export function guessGroup(group: string): string | undefined {
  if (group === 'core' || group === 'v1' || group === 'api') return '';
  return [...KNOWN.keys()].find(
    (known) =>
      known !== '' &&
      (known.startsWith(`${group}.`) ||
        known.split('.')[0] === group ||
        `${known}s` === group ||
        known === `${group}s`),
  );
}
