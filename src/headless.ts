/** The command line: domains, worker threads and the process, wired. */
import { once, setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { domains } from '#domains/index.ts';
import { main } from './headless/main.ts';
import { threadPort } from './headless/thread.ts';

// Many jobs share one signal, each with a listener of its own that it removes.
setMaxListeners(0);

const controller = new AbortController();
process.once('SIGINT', () => controller.abort());

const failed = (error: NodeJS.ErrnoException) => {
  // The reader of a pipe has seen enough, as in `... | head`.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
};
process.stdout.on('error', failed);
process.stderr.on('error', failed);

process.exitCode = await main(process.argv.slice(2), {
  domains,
  // The build puts the worker beside this file.
  spawn: () => threadPort(new URL('./headless.worker.js', import.meta.url)),
  cores: availableParallelism(),
  async out(text) {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  },
  err: (text) => process.stderr.write(text),
  env: (name) => process.env[name],
  now: () => performance.now(),
  cpu() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  signal: controller.signal,
});
