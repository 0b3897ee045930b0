// Mistyped fields.
import { expect, test } from 'vitest';
import { noteFields } from './note-fields.ts';

test('a field that no audit event has is told, with the one that was meant', () => {
  expect(noteFields(['username', 'useragent', 'obectRef.name', 'xyzzy[0].a'])).toEqual([
    'Audit events have no "username". Did you mean user.username?',
    'Audit events have no "useragent". Did you mean userAgent?',
    'Audit events have no "obectRef". Did you mean objectRef.name?',
    'Audit events have no "xyzzy".',
  ]);
  expect(
    noteFields(['sourceIPs[0]', 'annotations.a.b/c', 'requestObject[0].op', 'metadata.creationTimestamp']),
  ).toEqual([]);
});
