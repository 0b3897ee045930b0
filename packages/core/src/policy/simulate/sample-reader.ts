// Bytes of audit log lines -> samples: one pass over the bytes, no JSON objects, and bodies are measured instead of built.
import { decodeUtf8 } from '../../event/index.ts';
import type { RequestAttributes } from '../evaluate/request-attributes.ts';
import { LEVELS, type Level, STAGES, type Stage } from '../policy.ts';
import type { AuditSample } from './audit-sample.ts';
import { FAULT, JsonCursor } from './json-cursor.ts';
import { newDraft, readBody, readNumber, readRange, resetDraft } from './record-draft.ts';
import { parseEscaped, parseList, parseTime } from './sample-parts.ts';
import { createTargetFinder, type Target } from './sample-target.ts';
import { createByteTable } from './text-table.ts';

export interface SampleReader {
  /** The sample of a line, or undefined when it is no audit event. */
  readonly read: (bytes: Uint8Array, start: number, end: number) => AuditSample | undefined;
}

const MAX_TEXTS = 50_000;
/** `oc adm node-logs` puts the node's name before each line. */
const MAX_PREFIX = 300;

export function createSampleReader(): SampleReader {
  const cursor = new JsonCursor();
  const texts = createByteTable<string>(MAX_TEXTS);
  const lists = createByteTable<readonly string[]>(MAX_TEXTS);
  const findTarget = createTargetFinder();
  const draft = newDraft();

  const readText = (): string => {
    const start = cursor.peek() === 34 ? cursor.at : fault();
    const escaped = cursor.skipString();
    if (escaped) return parseEscaped(cursor.bytes, start, cursor.at);
    return texts.find(cursor.bytes, start + 1, cursor.at - 1, decodeUtf8);
  };

  /** Every id is new, so it has no place in the table of texts. */
  const readId = (): string => {
    const start = cursor.peek() === 34 ? cursor.at : fault();
    if (cursor.skipString()) return parseEscaped(cursor.bytes, start, cursor.at);
    return decodeUtf8(cursor.bytes, start + 1, cursor.at - 1);
  };

  const readObject = (read: (key: string) => void): void => {
    if (cursor.peek() === 110) {
      cursor.skipValue();
      return;
    }
    cursor.take(123);
    if (cursor.peek() === 125) {
      cursor.at++;
      return;
    }
    for (;;) {
      const key = readText();
      cursor.take(58);
      read(key);
      const next = cursor.peek();
      cursor.at++;
      if (next === 125) return;
      if (next !== 44) throw FAULT;
    }
  };

  const readGroups = (): readonly string[] => {
    cursor.peek();
    const start = cursor.at;
    cursor.skipValue();
    return lists.find(cursor.bytes, start, cursor.at, parseList);
  };

  const readUser = (key: string): void => {
    if (key === 'username') draft.user = readText();
    else if (key === 'groups') draft.groups = readGroups();
    else cursor.skipValue();
  };

  const readActor = (key: string): void => {
    if (key === 'username') draft.actingFor = readText();
    else cursor.skipValue();
  };

  const readStatus = (key: string): void => {
    if (key === 'code') draft.code = readNumber(cursor);
    else cursor.skipValue();
  };

  const readAnnotation = (key: string): void => {
    if (key === 'audit.k8s.io/truncated') draft.truncated = true;
    cursor.skipValue();
  };

  const readField = (key: string): void => {
    switch (key) {
      case 'level':
        draft.level = readText();
        return;
      case 'stage':
        draft.stage = readText();
        return;
      case 'verb':
        draft.verb = readText();
        return;
      case 'requestURI':
        cursor.peek();
        draft.uriStart = cursor.at;
        cursor.skipString();
        draft.uriEnd = cursor.at;
        return;
      case 'user':
        readObject(readUser);
        return;
      case 'impersonatedUser':
        readObject(readActor);
        return;
      case 'responseStatus':
        readObject(readStatus);
        return;
      case 'annotations':
        readObject(readAnnotation);
        return;
      case 'auditID':
        draft.auditId = readId();
        return;
      case 'requestReceivedTimestamp':
        draft.receivedMs = parseTime(readRange(cursor));
        return;
      case 'stageTimestamp':
        draft.timeMs = parseTime(readRange(cursor));
        return;
      case 'requestObject':
        draft.requestBytes = readBody(cursor, key);
        draft.requestManagedBytes = cursor.managed;
        return;
      case 'responseObject':
        draft.responseBytes = readBody(cursor, key);
        draft.responseManagedBytes = cursor.managed;
        return;
      default:
        cursor.skipValue();
    }
  };

  const read = (bytes: Uint8Array, start: number, end: number): AuditSample | undefined => {
    let open = start;
    while (open < end && bytes[open] !== 123 && open - start < MAX_PREFIX) open++;
    cursor.set(bytes, open, end);
    resetDraft(draft);
    try {
      readObject(readField);
      const level = LEVELS.find((known) => known === draft.level);
      const stage = STAGES.find((known) => known === draft.stage);
      if (level === undefined || stage === undefined || draft.uriEnd === 0) return undefined;
      return finish(level, stage, findTarget(bytes, draft), end - open);
    } catch (error) {
      if (error !== FAULT) throw error;
      return undefined;
    }
  };

  const finish = (level: Level, stage: Stage, target: Target, length: number): AuditSample => {
    const { isResource, apiGroup, resource, subresource, name, namespace, path } = target;
    const {
      verb,
      user,
      groups,
      auditId,
      actingFor,
      code,
      timeMs,
      receivedMs,
      requestBytes,
      responseBytes,
      requestManagedBytes,
      responseManagedBytes,
      truncated,
    } = draft;
    const request: RequestAttributes = {
      user,
      groups,
      verb,
      isResource,
      apiGroup,
      resource,
      subresource,
      name,
      namespace,
      path,
    };
    return {
      request,
      auditId,
      actingFor,
      level,
      stage,
      code,
      timeMs,
      receivedMs,
      bytes: length,
      requestBytes,
      responseBytes,
      requestManagedBytes,
      responseManagedBytes,
      truncated,
    };
  };

  return { read };
}

function fault(): never {
  throw FAULT;
}
