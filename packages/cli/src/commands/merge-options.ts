// What commander read for a command and for those above it -> one set of flags.
import type { Command } from 'commander';

export type Flags = Readonly<Record<string, unknown>>;

/** `kubewitness --server X search` and `kubewitness search --server X` mean the same; the nearest wins. */
export function mergeOptions(command: Command): Flags {
  const chain: Flags[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) chain.unshift(at.opts());
  return Object.assign({}, ...chain);
}
