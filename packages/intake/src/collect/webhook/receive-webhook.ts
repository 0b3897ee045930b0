// receiveWebhook: one POST of an API server. In: a complete body and who sent it. Out: durable rows, or why not.
import type { SegmentSource } from '@kubewitness/core/event';
import {
  ByteGather,
  compactJson,
  type EventList,
  gatherCanonicalItem,
  type Ingest,
  isAuditVersion,
  type JsonProblem,
  parseEventList,
  type Refusal,
} from '../../ingest/index.ts';
import { readBody } from './read-body.ts';

export interface WebhookRequest {
  /** Complete; plain or gzip. */
  readonly body: Buffer;
  /** From the path: `/webhook/v1/{cluster}[/{host}]`. */
  readonly cluster: string;
  readonly host?: string;
  readonly ingest: Ingest;
  /** After gunzip. @default 64 MiB */
  readonly maxBodyBytes?: number;
}

export type WebhookAnswer =
  /** Every item is on the disk. */
  | { readonly ok: true; readonly items: number }
  /** The body is wrong and is kept in quarantine: 400. */
  | { readonly ok: false; readonly reason: 'malformed'; readonly problem: string }
  /** There is no room: 429 with Retry-After. Nothing was acknowledged. */
  | Refusal;

const MAX_BODY_BYTES = 64 * 1024 * 1024;

export async function receiveWebhook(request: WebhookRequest): Promise<WebhookAnswer> {
  const { ingest } = request;
  // Asked first: a spool that is full costs a sender no unpacking.
  const early = ingest.admit();
  if (!early.ok) return early;
  const read = await readBody(
    request.body,
    request.maxBodyBytes ?? MAX_BODY_BYTES,
    ingest.frameLimits.keptOfLongLineBytes,
  );
  const parsed = read.ok ? parseAuditBody(read.body) : read;
  // And asked again: from here to the end of `append` nothing waits, so a yes still holds.
  const admission = ingest.admit();
  if (!admission.ok) return admission;
  const source = webhookSource(request.cluster, request.host ?? '');
  if (read.ok && parsed.ok) appendItems(ingest, source, read.body, parsed);
  else if (!parsed.ok) ingest.append(source, read.ok ? read.body : read.kept, 0, parsed.problem);
  const committed = await ingest.commit();
  if (!committed.ok) return committed;
  if (!parsed.ok) return { ok: false, reason: 'malformed', problem: parsed.problem };
  return { ok: true, items: itemsOf(parsed) };
}

export function webhookSource(cluster: string, host: string): SegmentSource {
  const name = host === '' ? `webhook/${cluster}` : `webhook/${cluster}/${host}`;
  return { kind: 'webhook', name, cluster, host, component: '', logType: 'audit', logSource: '' };
}

type Malformed = { readonly ok: false; readonly problem: string };

/** A list or a single event of one of the three audit versions; everything else is malformed. */
function parseAuditBody(body: Buffer): EventList | Malformed {
  const parsed = parseEventList(body, 0, body.length);
  if (!parsed.ok) return { ok: false, problem: sentenceOf(parsed) };
  if ((parsed.kind === 'EventList' || parsed.kind === 'Event') && isAuditVersion(parsed.apiVersion)) return parsed;
  const found = `kind ${JSON.stringify(parsed.kind)}, apiVersion ${JSON.stringify(parsed.apiVersion)}`.slice(0, 300);
  return {
    ok: false,
    problem: `KW_WEBHOOK_NOT_AUDIT: the body is no EventList and no Event of audit.k8s.io/v1, v1beta1 or v1alpha1 (${found}); send what --audit-webhook-config-file sends.`,
  };
}

function sentenceOf(problem: JsonProblem): string {
  return `KW_WEBHOOK_NOT_JSON: the body is no audit EventList: at byte ${problem.at}, ${problem.reason}. It is kept in quarantine; send a whole EventList.`;
}

function itemsOf(list: EventList): number {
  return list.kind === 'Event' ? 1 : list.itemStarts.length;
}

function appendItems(ingest: Ingest, source: SegmentSource, body: Buffer, list: EventList): void {
  const line = new ByteGather();
  const rows = ingest.linesOf(source);
  if (list.kind === 'Event') {
    compactJson(body, 0, body.length, line);
    rows.line(line.bytes, 0, line.length, 0, '', '');
    return;
  }
  for (let index = 0; index < list.itemStarts.length; index++) {
    gatherCanonicalItem(body, list, index, line);
    rows.line(line.bytes, 0, line.length, index, '', '');
  }
}
