// Counts of records and bytes by a name, before and after, with a bound on how many names are held.

export interface Count {
  records: number;
  bytes: number;
  keptRecords: number;
  keptBytes: number;
  /** The part of keptBytes that is estimated, since the candidate asks for more than was recorded. */
  estimatedBytes: number;
}

export interface TallyRow extends Readonly<Count> {
  readonly name: string;
}

export interface Tally {
  readonly count: (name: string) => Count;
  /** Largest first. */
  readonly rows: () => readonly TallyRow[];
}

export const OTHER_NAMES = '(others)';

export function newCount(): Count {
  return { records: 0, bytes: 0, keptRecords: 0, keptBytes: 0, estimatedBytes: 0 };
}

export function createTally(maxNames = 100_000): Tally {
  const counts = new Map<string, Count>();
  return {
    count: (name) => {
      let count = counts.get(name);
      if (count !== undefined) return count;
      const held = counts.size < maxNames ? name : OTHER_NAMES;
      count = counts.get(held);
      if (count === undefined) {
        count = newCount();
        counts.set(held, count);
      }
      return count;
    },
    rows: () =>
      [...counts]
        .map(([name, count]) => ({ name, ...count }))
        .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1)),
  };
}
