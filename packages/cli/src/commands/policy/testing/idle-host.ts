// A host for help texts: commands are made with it and never run.
import { PassThrough } from 'node:stream';
import type { PolicyHost } from '../policy-host.ts';

export function idleHost(): PolicyHost {
  const { signal } = new AbortController();
  const stream = new PassThrough();
  return {
    print: () => Promise.resolve(),
    complain: () => undefined,
    setExitCode: () => undefined,
    signal,
    shell: {
      stdin: stream,
      stdout: stream,
      stderr: stream,
      env: {},
      homeDirectory: '/nonexistent',
      signal,
      now: () => 0,
      onSignal: () => () => undefined,
    },
  };
}
