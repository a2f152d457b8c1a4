// The same page in Firefox, where it is installed (playwright-core cannot drive Debian's; puppeteer-core can).
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { check, equal, test, work } from "./harness.mjs";

const [tlsscope, source] = process.argv.slice(2);
const firefox = process.env.TLSSCOPE_FIREFOX ?? "/usr/bin/firefox-esr";

test(`Firefox${existsSync(firefox) ? "" : " is not installed: skipped"}`, async () => {
  if (!existsSync(firefox)) return;
  const { default: puppeteer } = await import("puppeteer-core");
  const file = join(work, "firefox.html");
  execFileSync(tlsscope, [join(source, "samples/tls13-openssl-rsa.pcapng"), "-q", "--html", file]);
  const browser = await puppeteer.launch({ browser: "firefox", executablePath: firefox, headless: true, userDataDir: join(work, "firefox-profile") });
  try {
    const page = await browser.newPage();
    const faults = [];
    page.on("console", (m) => faults.push(m.text()));
    page.on("pageerror", (e) => faults.push(e.message));
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector("html[data-ready]");
    equal(await page.$eval("#filter-state", (e) => e.textContent), "1 of 1 connection", "rows");
    await page.goto(pathToFileURL(file).href + "#connection=0");
    await page.waitForSelector(".step");
    check((await page.$$(".step")).length > 8, "the ladder");
    equal(faults, [], "nothing on the console");
  } finally {
    await browser.close();
  }
});
