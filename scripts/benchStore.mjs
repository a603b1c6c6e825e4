// How fast the page answers on a full store: npm run bench -- --store. Prints figures, medians of several tries, and asserts
// nothing: a slow day is no failure. Options: --rollouts=<number> (5000), --url=<a page that is served already>.
import { launchOptions } from './browser.mjs';
import { servePage } from './servedPage.mjs';

const AGENTS = ['Careful', 'Eager', 'Stubborn', 'Overcompliant', 'Oracle'];
const CONDITIONS = ['General', 'Ambiguous', 'Changing', 'Infeasible'];
const LONG_TRACE = 200;
const PATIENCE_MS = 30 * 60_000;

const option = (name, fallback) =>
  process.argv.find((text) => text.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback;

const { chromium } = await import('playwright');
const given = option('url');
const { url, close } = given === undefined ? await servePage() : { url: given, close: () => undefined };
const browser = await chromium.launch(launchOptions());
const page = await browser.newPage({ reducedMotion: 'reduce', viewport: { width: 1440, height: 900 } });
page.setDefaultTimeout(PATIENCE_MS);
try {
  const rollouts = Number(option('rollouts', '5000'));
  await fill(rollouts);
  await measureResults();
  await measureTraces();
  await measureSteps();
} finally {
  await browser.close();
  close();
}

/** Tasks are made and rolled out in the page itself, as a person would. */
async function fill(rollouts) {
  await page.goto(`${url}#/rollout`);
  const each = Math.ceil(rollouts / AGENTS.length / CONDITIONS.length);
  for (const condition of CONDITIONS) {
    const field = page.getByRole('spinbutton', { name: condition });
    await field.fill(String(each));
    await field.press('Enter');
  }
  const began = Date.now();
  await page.getByRole('button', { name: 'Make tasks' }).click();
  await page.getByText(/certified tasks were made and kept/).waitFor();
  print(`${each * CONDITIONS.length} tasks made and certified`, Date.now() - began);
  for (const agent of AGENTS) await page.getByRole('checkbox', { name: agent }).check();
  const started = Date.now();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText(/^Finished/).waitFor();
  print(`${each * CONDITIONS.length * AGENTS.length} rollouts`, Date.now() - started);
}

async function measureResults() {
  const opened = [];
  for (let i = 0; i < 3; i += 1) {
    await page.goto(`${url}#/rollout`);
    await page.getByRole('heading', { level: 1, name: 'Roll out' }).waitFor();
    await page.getByRole('group', { name: 'Rollouts by task' }).getByRole('link').first().waitFor();
    opened.push(await timed('#/results', 'a.line'));
  }
  print('Results opened', median(opened));
  const answers = [];
  for (const [facet, value] of [
    ...[
      ['Condition', 'ambiguous'],
      ['Outcome', 'fail'],
      ['Condition', ''],
      ['Outcome', ''],
    ],
    ...[
      ['Agent', 'eager'],
      ['Agent', ''],
      ['Turns', '3 to 4'],
      ['Turns', ''],
    ],
  ])
    answers.push(
      await page.getByLabel(facet, { exact: true }).evaluate((select, wanted) => {
        const before = document.querySelector('main').textContent;
        const began = performance.now();
        select.value = wanted;
        select.dispatchEvent(new Event('change', { bubbles: true }));
        return new Promise((resolve, reject) => {
          const look = () => {
            if (document.querySelector('main').textContent === before)
              if (performance.now() - began > 10_000) reject(new Error('nothing changed'));
              else requestAnimationFrame(look);
            // One frame more: what was computed is drawn then.
            else requestAnimationFrame(() => resolve(performance.now() - began));
          };
          requestAnimationFrame(look);
        });
      }, value),
    );
  print('a filter answers', median(answers), Math.max(...answers));
}

async function measureTraces() {
  const opened = [];
  for (let i = 0; i < 7; i += 1) {
    await page.goto(`${url}#/results`);
    await page.locator('a.line').nth(i).waitFor();
    const href = await page.locator('a.line').nth(i).getAttribute('href');
    opened.push(await timed(href, '.trace'));
  }
  // The first time fetches the screen's code.
  print('a trace opens', median(opened.slice(1)), Math.max(...opened.slice(1)));
}

/** Steps through a rollout that is made long by repeating its events. */
async function measureSteps() {
  const id = await page.evaluate(async (length) => {
    const settled = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const [{ name }] = await indexedDB.databases();
    const database = await settled(indexedDB.open(name));
    const store = database.transaction('rollouts', 'readwrite').objectStore('rollouts');
    const row = await settled(store.get(IDBKeyRange.bound(['own', ''], ['own', '\uffff'])));
    const source = row.rollout.events;
    const events = Array.from({ length }, (_, index) => {
      const event = { ...source[index % (source.length - 1)], index };
      return 'call' in event && typeof event.call === 'number' ? { ...event, call: index - 1 } : event;
    });
    events.push({ ...source.at(-1), index: length });
    const rollout = { ...row.rollout, id: 'long', events };
    await settled(store.put({ ...row, id: `${row.run}/long`, rollout }, ['own', `${row.run}/long`]));
    database.close();
    return `${row.run}/long`;
  }, LONG_TRACE);
  await page.goto(`${url}#/trace/${encodeURIComponent(id)}`);
  await page.getByRole('slider', { name: 'event' }).waitFor();
  const steps = await page.evaluate(async () => {
    const slider = document.querySelector('input[type="range"]');
    const times = [];
    const last = Number(slider.max);
    while (Number(slider.value) < last) {
      const began = performance.now();
      window.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
      await new Promise((resolve) => setTimeout(resolve));
      document.body.getBoundingClientRect();
      times.push(performance.now() - began);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return times;
  });
  print(`a step of ${steps.length + 1} events`, median(steps), Math.max(...steps));
}

/** Milliseconds from going to an address until something stands there and is drawn. */
function timed(hash, selector) {
  return page.evaluate(
    ([to, wanted]) => {
      const began = performance.now();
      location.assign(to);
      return new Promise((resolve) => {
        const look = () => {
          if (document.querySelector(wanted) === null) requestAnimationFrame(look);
          else requestAnimationFrame(() => resolve(performance.now() - began));
        };
        requestAnimationFrame(look);
      });
    },
    [hash, selector],
  );
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function print(what, ms, most) {
  const worst = most === undefined ? '' : `  (at most ${most.toFixed(0)} ms)`;
  console.log(`${what.padEnd(36)}${ms.toFixed(ms < 10 ? 1 : 0).padStart(8)} ms${worst}`);
}
