// Paths of --fields -> a note on each that no audit event has: nothing is printed for it, which would look like an answer.
import { FIELDS, MEMBERS } from '@kubewitness/core/event';
import { findNearest } from '@kubewitness/core/wire';

/** Unknown members are printed all the same: an API server that is newer than this program may write them. */
export function noteFields(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const member = /^[^.[]*/.exec(path)?.[0] ?? '';
    if (MEMBERS.includes(member)) return [];
    const known = FIELDS.map((field) => field.path).filter((text) => text !== '');
    const meant =
      known.find((text) => text.split('.').at(-1)?.toLowerCase() === path.toLowerCase()) ??
      findNearest(path, [...MEMBERS, ...known]);
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    return [`Audit events have no ${JSON.stringify(member)}.${hint}`];
  });
}
