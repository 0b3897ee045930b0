// Webhook: a body that HTTP has received -> the intake's durable rows.
import { receiveWebhook } from '@kubewitness/intake/collect';
import type { Ingest } from '@kubewitness/intake/ingest';
import type { WebhookPort } from '../http/index.ts';
import type { Metrics } from '../observe/index.ts';

export function openWebhookPort(ingest: Ingest, maxBodyBytes: number, metrics: Metrics): WebhookPort {
  return {
    admit: () => ingest.admit(),
    async take(body, { cluster, host }) {
      const answer = await receiveWebhook({ body, cluster, host, ingest, maxBodyBytes });
      if (answer.ok) {
        metrics.receivedLines.inc({ source: 'webhook' }, answer.items);
        metrics.receivedBytes.inc({ source: 'webhook' }, body.length);
      }
      return answer;
    },
  };
}
