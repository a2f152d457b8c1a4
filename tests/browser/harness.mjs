// A small test runner around playwright-core: one browser, a fresh page per test, nothing may reach the console.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

export const work = mkdtempSync(join(tmpdir(), "tlsscope-browser-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));

const tests = [];
export const test = (name, run) => tests.push({ name, run });

export function check(holds, what) {
  if (!holds) throw new Error(what);
}
export function equal(got, wanted, what) {
  check(JSON.stringify(got) === JSON.stringify(wanted), `${what}: got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
}

/** A page that is ready; what it says to the console, requests or throws is a fault. */
async function opener(browser, faults, pages) {
  return async (file, { hash = "", width = 1280, height = 900, scheme = "light" } = {}) => {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, reducedMotion: "reduce" });
    pages.push(context);
    const page = await context.newPage();
    page.on("console", (m) => faults.push(`console ${m.type()}: ${m.text()}`));
    page.on("pageerror", (e) => faults.push(`error: ${e.message}`));
    page.on("dialog", (d) => (faults.push(`dialog: ${d.message()}`), d.dismiss()));
    page.on("request", (r) => /^(file|data|blob):/.test(r.url()) || faults.push(`request: ${r.url()}`));
    await page.goto(pathToFileURL(file).href + hash);
    await page.waitForFunction(() => document.documentElement.dataset.ready !== undefined, null, { timeout: 60000 });
    return page;
  };
}

export async function run(only) {
  const browser = await chromium.launch({
    executablePath: process.env.TLSSCOPE_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
  let failed = 0;
  for (const { name, run } of tests) {
    if (only && !name.includes(only)) continue;
    const faults = [];
    const pages = [];
    const started = Date.now();
    try {
      await run(await opener(browser, faults, pages));
      check(faults.length === 0, faults.slice(0, 5).join("\n    "));
      console.log(`ok      ${name} (${Date.now() - started} ms)`);
    } catch (e) {
      ++failed;
      console.log(`FAILED  ${name}\n    ${e.stack ?? e}`);
    }
    for (const context of pages) await context.close();
  }
  await browser.close();
  console.log(`${tests.length - failed} passed, ${failed} failed`);
  return failed;
}
