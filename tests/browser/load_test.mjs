// Many rows and hostile names, made by make_page.
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { check, equal, test, work } from "./harness.mjs";

const makePage = process.argv[4];
function made(name, ...args) {
  const out = join(work, name);
  execFileSync(makePage, [args[0], out, ...args.slice(1)].map(String));
  return out;
}

test("hostile names stay text", async (open) => {
  const page = await open(made("hostile.html", 60));
  const names = await page.$$eval("[role=row].tr", (rows) => rows.map((r) => r.children[3].textContent));
  equal(names.slice(0, 2), ["</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>'], "as they are");
  check(names[5].includes("\\u{202e}"), "bidi controls are visible");
  check(names[6].includes("\\xff"), "bytes are visible");
  equal(await page.$$eval("img, iframe, #app script, object", (e) => e.length), 0, "no element came of a name");
  check((await page.title()).includes("</title><script>"), "the title, too");
  for (const n of [0, 1, 5, 9]) {
    await page.goto(page.url().split("#")[0] + `#connection=${n}`);
    await page.waitForSelector(".step");
  }
  equal(await page.$$eval("img, iframe, #app script", (e) => e.length), 0, "nor in the ladder");
  await page.goto(page.url().split("#")[0] + "#filter=" + encodeURIComponent('sni:"<script>"'));
  await page.waitForFunction(() => document.querySelector("#filter-state").textContent.startsWith("1 of"));
});

test("100,000 connections: at most 12 MB, quick to open, sort and filter", async (open) => {
  const file = made("large.html", 100_000);
  const size = statSync(file).size;
  check(size <= 12_000_000, `${size} bytes`);
  const page = await open(file);
  const ready = Number(await page.evaluate(() => document.documentElement.dataset.ready));
  await page.waitForTimeout(1500);
  const measured = { megabytes: size / 1e6, ready };
  measured.sort = await page.evaluate(async () => {
    const started = performance.now();
    document.querySelector("button[title^='tls_ms:']").click();
    await new Promise((r) => requestAnimationFrame(() => setTimeout(r)));
    return performance.now() - started;
  });
  await page.waitForTimeout(500);
  measured.filter = await page.evaluate(async () => {
    const started = performance.now();
    const input = document.querySelector("#filter");
    input.value = "sni:host1 tls>30";
    document.querySelector("form").requestSubmit();
    while (document.querySelector("#filter-state").textContent.startsWith("100,000 of")) await new Promise((r) => setTimeout(r));
    return performance.now() - started; // the table has changed; when it is painted is the machine's business
  });
  console.log("        ", JSON.stringify(measured, (_k, v) => (typeof v === "number" ? Math.round(v * 10) / 10 : v)));
  // The budget is 1500 and 150 ms on a quiet machine; a busy one must not make this red, something quadratic must.
  check(ready < 6000 && measured.sort < 1500 && measured.filter < 1500, "far beyond the budget");
  check((await page.$$("[role=row].tr")).length < 60, "only the rows in sight exist");
  await page.evaluate(() => document.querySelector("#connections").scrollTo(0, 1e9));
  await page.waitForFunction(() => document.querySelectorAll("[role=row].tr").length > 5);
});

test("more rows than fit: the cap is said, aggregates are over all", async (open) => {
  const page = await open(made("capped.html", 3000, 500));
  check((await page.textContent(".note")).includes("500 of 3,000 connections"), "said");
  equal(await page.textContent(".tile b"), "3,000", "tiles are over all");
  equal(await page.textContent("#filter-state"), "500 of 500 connections", "the table is not");
  const failed = (await page.$$eval(".tile b", (b) => b[2].textContent)).replace(",", "");
  equal(Number(failed), 150, "failures over all");
  await page.fill("#filter", "outcome:failed");
  await page.press("#filter", "Enter");
  await page.waitForFunction(() => document.querySelector("#filter-state").textContent.startsWith("150 of"));
});
