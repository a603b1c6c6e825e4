import { describe, expect, it } from 'vitest';
import type { Job } from '#core/pipeline/index.ts';
import { createPool } from '../workers/pool.ts';
import { threadPort } from './thread.ts';

const job: Job = { type: 'rollout', seed: 's', items: [] };
const script = (body: string) =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads'; parentPort.on('message', ({ id }) => { ${body} });`)}`,
  );
const poolOf = (body: string) => createPool({ spawn: () => threadPort(script(body)), size: 1 });

describe('a real worker thread', () => {
  it('answers', async () => {
    const pool = poolOf(
      "parentPort.postMessage({ id, ok: true, result: { type: 'rollout', rollouts: [] } })",
    );
    await expect(pool.run(job)).resolves.toEqual({ type: 'rollout', rollouts: [] });
    await pool.dispose();
  });

  it.each([
    ['throws', "throw new Error('boom')", 'boom'],
    ['ends', 'process.exit(3)', 'ended with code 3'],
  ])('that %s fails its job with the reason', async (_, body, reason) => {
    const pool = poolOf(body);
    await expect(pool.run(job)).rejects.toThrow(reason);
    await pool.dispose();
  });

  it('that never ends is ended by cancelling', async () => {
    const pool = poolOf('for (;;);');
    const controller = new AbortController();
    const running = pool.run(job, controller.signal);
    setTimeout(() => controller.abort(), 100);
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(pool.busy).toBe(0);
    await pool.dispose();
  });
});
