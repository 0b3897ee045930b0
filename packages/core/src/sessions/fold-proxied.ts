// Requests that are a session by themselves: commands through the kubelet, and logins at the OpenShift OAuth server.
import { buildSession, endOfAttempt, type FoldContext, findEnd } from './build-session.ts';
import { tries } from './fold-stream.ts';
import { parseKubeletCall } from './kubelet-call.ts';
import type { Session } from './session.ts';
import type { SessionRequest } from './session-request.ts';

export function foldProxied(request: SessionRequest, context: FoldContext): Session | undefined {
  return request.record.loginDecision === '' ? foldKubeletCall(request, context) : foldLogin(request, context);
}

function foldKubeletCall(request: SessionRequest, context: FoldContext): Session | undefined {
  const { record, code } = request;
  const call = parseKubeletCall(record.requestUri);
  if (call === undefined || code === 0) return undefined;
  const life =
    call.pod === '' ? undefined : context.pods.lifeAt(record.cluster, call.namespace, call.pod, request.startNanos);
  // `run` answers 200 with the output; the others switch protocols, and old kubelets redirected.
  const inside = code < 400;
  return buildSession(
    {
      ...(inside ? findEnd(request, life, context) : endOfAttempt(request)),
      kind: 'kubelet-proxy',
      kubeletVerb: call.verb,
      main: request,
      requests: tries(request),
      startNanos: request.startNanos,
      namespace: call.namespace,
      pod: call.pod,
      container: record.container,
      command: record.execCommand,
      life,
      node: call.node,
      nodeBy: 'named in the request',
    },
    context,
  );
}

/** A login is a moment; what the person then does carries their own name. */
function foldLogin(request: SessionRequest, context: FoldContext): Session {
  const end = endOfAttempt(request);
  return buildSession(
    {
      ...end,
      state: request.record.loginDecision === 'allow' ? 'ended' : 'attempt',
      kind: 'login',
      main: request,
      requests: [request],
      startNanos: request.startNanos,
      namespace: '',
      pod: '',
      container: '',
      command: [],
      life: undefined,
    },
    context,
  );
}
