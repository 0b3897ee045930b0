// The paths and names of the HTTP contract for the command line, without loading the contract's schemas at run time.
import type { API, DEFAULT_PORT, FILTER_FLAGS, TRAILERS } from '@kubewitness/core/wire';

// Why not import the values: the room's front door also loads the schema library, 0.2 s that every command would pay.
// The compiler compares each literal with the contract's own type, so the two cannot drift apart.
export const PATHS: typeof API = {
  records: '/api/v1/records',
  top: '/api/v1/top',
  stats: '/api/v1/stats',
  tail: '/api/v1/tail',
  export: '/api/v1/export',
  import: '/api/v1/import',
  status: '/api/v1/status',
  sources: '/api/v1/sources',
  quarantine: '/api/v1/quarantine',
  tokens: '/api/v1/tokens',
  webhook: '/webhook/v1',
  version: '/version',
};

export const TRAILER: typeof TRAILERS = {
  nextCursor: 'kubewitness-next-cursor',
  problem: 'kubewitness-problem',
};

export const PORT: typeof DEFAULT_PORT = 8440;

export const FILTER_NAMES: typeof FILTER_FLAGS = [
  'user',
  'impersonated-user',
  'group',
  'verb',
  'resource',
  'namespace',
  'name',
  'code',
  'decision',
  'source-ip',
  'peer-ip',
  'user-agent',
  'uri',
  'stage',
  'level',
  'annotation',
  'host',
  'component',
  'cluster',
  'audit-id',
];
