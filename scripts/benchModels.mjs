// How the built page holds a thousand rollouts of a model: npm run bench -- --models. The model is a server on this machine
// that answers at once, so what is measured is the page. Prints figures; only a lost result is an error.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { runnerImport } from 'vite';
import { launchOptions } from './browser.mjs';
import { ROOT } from './install.mjs';
import { servePage } from './servedPage.mjs';

const HELP = `Usage: npm run bench -- --models [--rollouts N] [--at-once N] [--url URL]

  --rollouts N   rollouts of the model (default 1000)
  --at-once N    rollouts at the same time (default 32)
  --url URL      a built page that is served already
  --profile FILE where the time of the page's thread goes, for the developer tools
`;
const STEP_MS = 60_000;
const PATIENCE_MS = 30 * 60_000;
const TRIALS = 5;
const BARE = 300;
const SAMPLE_MS = 10_000;
const KEY = 'sk-bench-0123456789';
const MB = 2 ** 20;

/** @param {string[]} parameters */
export async function benchModels(parameters) {
  const options = new Map();
  for (let i = 0; i < parameters.length; i += 2) options.set(parameters[i], parameters[i + 1]);
  const known = ['--rollouts', '--at-once', '--url', '--profile'];
  if ([...options].some(([name, value]) => !known.includes(name) || value === undefined)) {
    process.stderr.write(HELP);
    return parameters[0] === '--help' ? 0 : 2;
  }
  const rollouts = Number(options.get('--rollouts') ?? 1000);
  const atOnce = Number(options.get('--at-once') ?? 32);
  const given = options.get('--url');
  const served = given === undefined ? await servePage() : { url: given, close: () => undefined };
  const { module } = await runnerImport(join(ROOT, 'src/testing/fakeVendors.ts'));
  const gaps = new Gaps();
  const vendor = await module.fakeVendors((request) => {
    gaps.asked();
    return { type: 'reply', reply: replyTo(request.body), ended: () => gaps.answered() };
  });
  const browser = await chromium.launch(launchOptions());
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
    page.setDefaultTimeout(STEP_MS);
    page.on('console', (message) => {
      if (message.type() === 'error') tell(`console: ${message.text()}`);
    });
    await observe(page);
    const session = await page.context().newCDPSession(page);
    // By the thread's own clock: what others on this machine do meanwhile does not count.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await setUp(page, served.url, vendor.url, Math.ceil(rollouts / TRIALS / 4));

    tell(`${rollouts} rollouts, ${atOnce} at a time ...`);
    const profile = options.get('--profile');
    if (profile !== undefined) {
      await session.send('Profiler.enable');
      await session.send('Profiler.start');
    }
    const many = await run(page, session, { trials: TRIALS, atOnce });
    if (profile !== undefined)
      writeFileSync(profile, JSON.stringify((await session.send('Profiler.stop')).profile));
    const asked = vendor.requests.length;
    const kept = await page.evaluate(readBack);

    tell('one at a time ...');
    gaps.begin();
    const single = await run(page, session, { trials: 1, atOnce: 1 });
    const between = gaps.end();
    const bare = await bareGaps(page, vendor, gaps);

    const lost = rollouts - kept.rollouts;
    const figures = {
      command: ['npm run bench -- --models', ...parameters].join(' '),
      machine: { cpu: cpus()[0]?.model, cores: cpus().length, browser: browser.version() },
      rollouts: {
        wanted: rollouts,
        kept: kept.rollouts,
        errors: kept.errors,
        model_calls_asked: asked,
        model_calls_counted: kept.calls,
        seconds: round(many.seconds),
        at_once: atOnce,
      },
      page: {
        long_tasks: many.long.length,
        longest_task_ms: Math.max(0, ...many.long),
        heap_mb: many.heap,
        thread_ms_per_turn: round((many.threadSeconds * 1000) / asked),
        thread_ms_per_turn_one_at_a_time: round((single.threadSeconds * 1000) / between.length),
      },
      between_calls_ms: { turns: between.length, ...spread(between) },
      bare_requests_ms: { turns: bare.length, ...spread(bare) },
      work_per_turn_ms: {
        median: round(spread(between).median - spread(bare).median),
        p95: round(spread(between).p95 - spread(bare).median),
      },
    };
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
    table(figures);
    return lost === 0 && kept.errors === 0 && kept.calls === asked ? 0 : 1;
  } finally {
    await browser.close();
    await vendor.close();
    served.close();
  }
}

/** Watches for long tasks from the start. */
function observe(page) {
  return page.addInitScript(() => {
    globalThis.benchLong = [];
    new PerformanceObserver((list) =>
      globalThis.benchLong.push(...list.getEntries().map(({ startTime, duration }) => [startTime, duration])),
    ).observe({ type: 'longtask', buffered: true });
  });
}

/** Sets the model up and makes the tasks, through the screens. */
async function setUp(page, url, vendorUrl, each) {
  await page.goto(`${url}#/settings?v=models`);
  await page.getByText('OpenAI', { exact: true }).click();
  const address = page.getByLabel('Address of OpenAI');
  await address.fill(`${vendorUrl}openai/`);
  await address.press('Enter');
  await page.getByLabel('Key for OpenAI').fill(KEY);
  await page.getByRole('button', { name: 'Use the key' }).and(page.locator(':visible')).click();
  await page
    .getByText(`…${KEY.slice(-4)}`)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'List its models' }).and(page.locator(':visible')).click();
  await page.getByRole('checkbox', { name: 'fake-small' }).check();
  // By a link: the key ends with the page.
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Roll out' }).click();
  // The rail stays open over what is beside it while the pointer is on it.
  await page.mouse.move(900, 300);
  for (const condition of ['General', 'Ambiguous', 'Changing', 'Infeasible']) {
    const field = page.getByRole('spinbutton', { name: condition });
    await field.fill(String(each));
    await field.press('Enter');
  }
  tell(`${each * 4} tasks ...`);
  await page.getByRole('button', { name: 'Make tasks' }).click();
  await page.getByText(/certified tasks were made and kept/).waitFor({ timeout: PATIENCE_MS });
  for (const name of ['General', 'Ambiguous', 'Changing', 'Infeasible']) {
    const box = page.getByRole('checkbox', { name: new RegExp(`^${name}`) });
    if ((await box.count()) > 0) await box.first().check();
  }
  const models = page.getByRole('region', { name: 'Models' });
  await models.getByLabel('fake-small').check();
  for (const name of ['Careful', 'Eager', 'Stubborn', 'Overcompliant', 'Oracle'])
    await page
      .getByRole('region', { name: 'Agents' })
      .getByRole('checkbox', { name, exact: false })
      .uncheck();
  for (const [label, most] of [
    ['Most calls', 1_000_000],
    ['Most tokens', 1_000_000_000],
  ]) {
    await models.getByLabel(label).fill(String(most));
    await models.getByLabel(label).press('Enter');
  }
}

/** One run to its end, with the heap of the page meanwhile. */
async function run(page, session, { trials, atOnce }) {
  await page.getByLabel('Rollouts at the same time').fill(String(atOnce));
  await page.getByLabel('Rollouts at the same time').press('Enter');
  await page.getByLabel('Trials').fill(String(trials));
  await page.getByLabel('Trials').press('Enter');
  await page.evaluate(() => (globalThis.benchLong.length = 0));
  const thread = async () => metric(await session.send('Performance.getMetrics'), 'TaskDuration');
  const before = await thread();
  const list = page.getByRole('region', { name: /^Runs$/ }).getByRole('listitem');
  const runs = (await list.count()) + 1;
  const began = performance.now();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  // The newest comes first; until it is there, that is an older one, which has finished.
  while ((await list.count()) < runs) await new Promise((resolve) => setTimeout(resolve, 20));
  const done = list
    .first()
    .filter({ hasText: /Finished/ })
    .waitFor({ timeout: PATIENCE_MS });
  let over = false;
  done.finally(() => (over = true)).catch(() => undefined);
  const heap = [];
  /** When the heap was measured, by the clock of the page: collecting what is garbage takes it a while. */
  const measured = [];
  const clock = () => page.evaluate(() => performance.now());
  while (!over) {
    const from = await clock();
    await session.send('HeapProfiler.collectGarbage');
    heap.push(
      Math.round((metric(await session.send('Performance.getMetrics'), 'JSHeapUsedSize') / MB) * 10) / 10,
    );
    measured.push([from, await clock()]);
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, SAMPLE_MS))]);
  }
  await done;
  const seconds = (performance.now() - began) / 1000;
  const long = await page.evaluate(() => globalThis.benchLong);
  return {
    seconds,
    heap,
    threadSeconds: (await thread()) - before,
    long: long
      .filter(([start, took]) => measured.every(([from, to]) => start + took < from || start > to))
      .map(([, took]) => took),
  };
}

/** In the page: rollouts as they are stored, and the calls that their run has counted. */
async function readBack() {
  const settled = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const db = await settled(indexedDB.open('trajectory2task'));
  const all = (table) => settled(db.transaction(table).objectStore(table).getAll());
  const [rows, runs] = [await all('rollouts'), await all('runs')];
  db.close();
  const models = rows.filter(({ rollout }) => rollout.agent.kind === 'model');
  return {
    rollouts: models.length,
    errors: models.filter(({ verdict }) => verdict.class === 'error').length,
    // What the limit of a run is held against.
    calls: runs.reduce((sum, { recipe }) => sum + (recipe.models?.spent.calls ?? 0), 0),
  };
}

/**
 * What the same requests take when each follows the one before at once, with no work between them: sending a policy and
 * its tools takes a while, too.
 */
async function bareGaps(page, { url, requests }, gaps) {
  const bodies = requests.slice(-BARE).map(({ body }) => JSON.stringify(body));
  gaps.begin();
  await page.evaluate(
    async ([url, bodies]) => {
      for (const body of bodies) {
        const response = await fetch(`${url}openai/chat/completions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: 'Bearer x' },
          body,
        });
        await response.text();
      }
    },
    [url, bodies],
  );
  return gaps.end();
}

/** Milliseconds from the end of an answer to the next request, with one conversation at a time. */
class Gaps {
  #on = false;
  #answeredAt = null;
  #gaps = [];

  begin() {
    this.#on = true;
    this.#answeredAt = null;
    this.#gaps = [];
  }
  end() {
    this.#on = false;
    return this.#gaps;
  }
  asked() {
    if (!this.#on || this.#answeredAt === null) return;
    // The first request of a rollout comes after the evaluation and the storage of the one before.
    this.#gaps.push(performance.now() - this.#answeredAt);
  }
  answered() {
    if (this.#on) this.#answeredAt = performance.now();
  }
}

/** A model that looks around, asks, looks up what it was told, and gives up: reads that succeed, and talk. */
function replyTo(body) {
  const { messages, tools = [] } = body;
  const turn = messages.filter(({ role }) => role === 'assistant').length;
  const last = String(messages.at(-1)?.content ?? '');
  const has = (name) => tools.some((tool) => tool.function?.name === name);
  const call = (name, args) => ({ calls: [{ name, raw: JSON.stringify(args) }] });
  const text = (words) => ({ text: words });
  const email = /[\w.+-]+@[\w-]+\.\w+/.exec(last)?.[0];
  const user = /\b[a-z]+_[a-z]+_\d{4}\b/.exec(last)?.[0];
  const orders = last.match(/#W\d{7}/g) ?? [];
  if (turn === 0 && has('list_all_product_types')) return call('list_all_product_types', {});
  if (turn === 1) return text('Could you please tell me your email address, or your name and zip code?');
  if (email !== undefined && has('find_user_id_by_email')) return call('find_user_id_by_email', { email });
  if (orders.length > 0 && turn < 9)
    return call('get_order_details', { order_id: orders[turn % orders.length] });
  if (user !== undefined && turn < 9) return call('get_user_details', { user_id: user });
  if (turn < 8) return text('Which one do you mean exactly, and what should be changed about it?');
  return text('I am sorry, but I cannot help with that.');
}

const metric = ({ metrics }, name) => metrics.find((one) => one.name === name)?.value ?? NaN;
const round = (value) => Math.round(value * 100) / 100;
const tell = (text) => process.stderr.write(`${text}\n`);

function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part) => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN);
  return { median: at(0.5), p95: at(0.95), most: at(1) };
}

function table({ rollouts, page, work_per_turn_ms: work }) {
  const rows = [
    [
      'rollouts kept',
      `${rollouts.kept} of ${rollouts.wanted}`,
      `${rollouts.model_calls_counted} calls, ${rollouts.seconds} s`,
    ],
    ['calls not counted', String(rollouts.model_calls_asked - rollouts.model_calls_counted), 'wanted 0'],
    [
      'longest task of the page',
      `${page.longest_task_ms} ms`,
      `wanted 100 ms; ${page.long_tasks} over 50 ms`,
    ],
    [
      'heap of the page',
      `${page.heap_mb[0]} to ${page.heap_mb.at(-1)} MB`,
      `most ${Math.max(...page.heap_mb)} MB`,
    ],
    ['page thread per turn', `${page.thread_ms_per_turn} ms`, 'processor time, drawing included'],
    ['work between two calls', `${work.median} ms`, `p95 ${work.p95} ms; wanted 5 ms`],
  ];
  for (const [what, value, note] of rows) tell(`${what.padEnd(28)}${value.padStart(16)}  ${note}`);
}
