// Asks a running engine whether it answers queries: socket path and deadline in, yes or no out.
import { request } from 'node:http';

/** /ping runs a query in the engine, so a process that is up but stuck says no. */
export function askEngine(socketPath: string, deadlineMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: '/ping', agent: false, timeout: deadlineMs }, (response) => {
      response.resume();
      response.once('end', () => settle(response.statusCode === 200));
      response.once('error', () => settle(false));
    });
    const timer = setTimeout(() => settle(false), deadlineMs);
    const settle = (answered: boolean): void => {
      clearTimeout(timer);
      resolve(answered);
      asked.destroy();
    };
    asked.once('error', () => settle(false));
    asked.once('timeout', () => settle(false));
    asked.end();
  });
}
