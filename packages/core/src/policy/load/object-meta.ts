// The `metadata` of a policy: nobody uses it, yet a wrong type in it refuses the whole policy, so its types are checked here.
import {
  addMismatch,
  type DecodeState,
  type FieldReaders,
  newHeldList,
  type Path,
  readFields,
  readFlag,
  readList,
  readText,
  readTexts,
} from './field-reader.ts';
import type { ValueNode } from './value-node.ts';

const RFC3339 =
  /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01]?[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.,][0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2})$/;

/** The keys that a policy without apiVersion could have at its top: such a text is decoded into the server's inner type. */
export const OBJECT_META_KEYS = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const;

/** Reads metadata and gives its name. */
export function readObjectMeta(state: DecodeState, node: ValueNode, path: Path, held: string): string {
  let name = held;
  const text = (value: ValueNode, at: Path) => void readText(state, value, at, '');
  const time = (value: ValueNode, at: Path) => {
    if (value.kind === 'null') return;
    if (value.kind !== 'string' || !RFC3339.test(value.value)) addMismatch(state, value, at, 'an RFC 3339 time');
  };
  const integer = (value: ValueNode, at: Path) => {
    if (value.kind === 'null') return;
    if (value.kind !== 'number' || !/^[-+]?(?:0[xXoObB])?[0-9a-fA-F_]+$/.test(value.text))
      addMismatch(state, value, at, 'a whole number');
  };
  const texts = (value: ValueNode, at: Path) => {
    if (value.kind === 'map') for (const entry of value.entries) text(entry.value, [...at, entry.key]);
    else if (value.kind !== 'null') addMismatch(state, value, at, 'a mapping of texts');
  };
  const flag = (value: ValueNode, at: Path) => void readFlag(state, value, at, false);
  const each = (readers: FieldReaders) => (value: ValueNode, at: Path) =>
    void readList(
      state,
      value,
      at,
      newHeldList<null>(),
      () => null,
      (item, itemPath) => {
        readFields(state, item, itemPath, readers);
        return null;
      },
    );
  readFields(state, node, path, {
    name: (value, at) => {
      name = readText(state, value, at, name);
    },
    generateName: text,
    namespace: text,
    selfLink: text,
    uid: text,
    resourceVersion: text,
    generation: integer,
    creationTimestamp: time,
    deletionTimestamp: time,
    deletionGracePeriodSeconds: integer,
    labels: texts,
    annotations: texts,
    ownerReferences: each({
      apiVersion: text,
      kind: text,
      name: text,
      uid: text,
      controller: flag,
      blockOwnerDeletion: flag,
    }),
    finalizers: (value, at) => void readTexts(state, value, at, newHeldList()),
    managedFields: each({
      manager: text,
      operation: text,
      apiVersion: text,
      time,
      fieldsType: text,
      fieldsV1: () => {},
      subresource: text,
    }),
  });
  return name;
}
