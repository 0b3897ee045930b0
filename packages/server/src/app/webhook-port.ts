// Webhook: a body that HTTP has received -> the intake's durable rows.
import { receiveWebhook } from '@kubewitness/intake/collect';
import type { Ingest } from '@kubewitness/intake/ingest';
import type { WebhookPort } from '../http/index.ts';

export function openWebhookPort(ingest: Ingest, maxBodyBytes: number): WebhookPort {
  return {
    admit: () => ingest.admit(),
    take(body, { cluster, host }) {
      return receiveWebhook({ body, cluster, host, ingest, maxBodyBytes });
    },
  };
}
