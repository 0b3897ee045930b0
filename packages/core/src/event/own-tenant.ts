// The tenant that owns what KubeWitness collects itself, beside those that others push as through Loki's API.

/** Also owns everything where tenants are not asked for. */
export const OWN_TENANT = 'audit';
