// Roles of callers, as requests and settings write them. `admin` includes the others; `ingest` and `read` do not include each other.

export const ROLES = ['ingest', 'read', 'admin'] as const;
export type Role = (typeof ROLES)[number];
