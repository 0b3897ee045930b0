// Settings that must fit together: Config -> the first contradiction, if any.

import { printSize } from './parse-size.ts';
import type { ConfigProblem } from './problems.ts';
import type { Config } from './settings.ts';

const conflict = (detail: string): ConfigProblem => ({ code: 'KW_CONFIG_CONFLICT', detail });

export function checkConfig(config: Config): ConfigProblem | undefined {
  if ((config.tlsCertPath === '') !== (config.tlsKeyPath === '')) {
    return conflict('tls-cert and tls-key belong together; give both or neither.');
  }
  if (config.tlsClientCaPath !== '' && config.tlsCertPath === '') {
    return conflict('tls-client-ca needs TLS; give tls-cert and tls-key too.');
  }
  if (config.listen.kind === 'unix' && config.tlsCertPath !== '') {
    return conflict('a unix socket has no use for TLS; leave tls-cert and tls-key away or listen on HOST:PORT.');
  }
  if (config.segmentBytes * 2 > config.spoolMaxBytes) {
    return conflict(
      `segment-bytes ${printSize(config.segmentBytes)} does not fit twice into spool-max-bytes ${printSize(config.spoolMaxBytes)}; lower the first or raise the second.`,
    );
  }
  if (config.webhookMaxBytes > config.webhookMemoryBytes) {
    return conflict(
      `a webhook body of ${printSize(config.webhookMaxBytes)} could never be received in webhook-memory ${printSize(config.webhookMemoryBytes)}; raise webhook-memory or lower webhook-max-bytes.`,
    );
  }
  if (config.dataDir === '') {
    return { code: 'KW_CONFIG_VALUE', detail: 'data is empty; give the directory where records are kept.' };
  }
  return undefined;
}
