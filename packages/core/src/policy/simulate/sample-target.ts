// The verb and requestURI of a record -> what the request was about; derived once for each path, since logs repeat themselves.
import { decodeUtf8, deriveFromUri } from '../../event/index.ts';
import type { Draft } from './record-draft.ts';
import { namesField, parseEscaped } from './sample-parts.ts';
import { createByteTable } from './text-table.ts';

const MAX_TARGETS = 50_000;

export interface Target {
  readonly isResource: boolean;
  readonly apiGroup: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  readonly namespace: string;
  readonly path: string;
}

export function createTargetFinder(): (bytes: Uint8Array, draft: Draft) => Target {
  const paths = createByteTable<Map<string, Target>>(MAX_TARGETS);
  return (bytes, draft) => {
    const start = draft.uriStart + 1;
    const end = draft.uriEnd - 1;
    let question = start;
    let escaped = false;
    while (question < end && bytes[question] !== 63) if (bytes[question++] === 92) escaped = true;
    // Only a field selector can say more than the path; the rest of a query is different in every request.
    const selects = (draft.verb === 'list' || draft.verb === 'watch') && namesField(bytes, question, end);
    if (escaped || selects) return derive(parseEscaped(bytes, draft.uriStart, draft.uriEnd), draft.verb);
    const byVerb = paths.find(bytes, start, question, () => new Map());
    let target = byVerb.get(draft.verb);
    if (target === undefined) {
      target = derive(decodeUtf8(bytes, start, question), draft.verb);
      // A verb is one of a dozen words; whoever writes others gets no memory.
      if (byVerb.size < 32) byVerb.set(draft.verb, target);
    }
    return target;
  };
}

function derive(uri: string, verb: string): Target {
  const { isResource, apiGroup, resource, subresource, name, namespace, path } = deriveFromUri(uri, verb);
  return { isResource, apiGroup, resource, subresource, name, namespace, path };
}
