// Role: what a caller may do. Text or need in, role or verdict out.
import { ROLES, type Role } from '@kubewitness/core/wire';

/** What a route asks for; `any` is any known caller, `none` is everybody. */
export type Need = Role | 'any' | 'none';

export function parseRole(text: string): Role | undefined {
  return ROLES.find((role) => role === text);
}

export function hasRole(role: Role, need: Need): boolean {
  return role === 'admin' || role === need || need === 'any' || need === 'none';
}

/** Who asks. `open` is anybody on a loopback address or unix socket of a server without tokens. */
export interface Principal {
  readonly kind: 'open' | 'token' | 'certificate';
  /** Token id, or the certificate's common name; '' when open. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}
