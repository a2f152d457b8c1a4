// The names of tests/hostile in the page: text only, no element, no attribute, no link made of them.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { check, equal, test, work } from "./harness.mjs";

const [tlsscope, source] = process.argv.slice(2);
const LIST = "import json, strings, expected as e; print(json.dumps([[n, e.visible(t[:e.LONGEST_SNI])] for n, t in strings.ALL.items()]))";

const python = (...words) => execFileSync("python3", ["-B", ...words], { cwd: join(source, "tests/hostile") }).toString();
const report = (name, file) => (execFileSync(tlsscope, [file, "-q", "--html", join(work, name)]), join(work, name));

/** What the page is made of: tags, names of attributes, where links lead. */
const anatomy = (page) => page.evaluate(() => {
  const all = [...document.querySelectorAll("body *")];
  const links = all.filter((e) => e.hasAttribute("href") || e.hasAttribute("src")).map((e) => (e.getAttribute("href") ?? e.getAttribute("src")).slice(0, 1));
  return { tags: [...new Set(all.map((e) => e.tagName))], attributes: [...new Set(all.flatMap((e) => e.getAttributeNames()))], links: [...new Set(links)] };
});
const add = (sum, more) => Object.keys(more).forEach((key) => more[key].forEach((item) => (sum[key] ??= new Set()).add(item)));

/** Overview, and each connection with all its steps. */
async function walk(open, file, connections, look) {
  const sum = {};
  const page = await open(file);
  await page.waitForSelector("canvas", { state: "attached" }); // drawn a moment after the rest
  add(sum, await anatomy(page));
  for (let n = 0; n < connections; ++n) {
    await page.evaluate((hash) => (location.hash = hash), `#connection=${n}`);
    await page.waitForFunction((k) => document.querySelector("h2.big")?.textContent.startsWith(`Connection ${k}`) && document.querySelector(".step"), n);
    await look?.(page, n);
    add(sum, await anatomy(page));
  }
  return sum;
}

test("hostile names of a capture: nothing in the page that a good name does not make", async (open) => {
  const hostile = join(work, "hostile.pcap");
  const good = join(work, "good.pcap");
  python("capture.py", hostile);
  const names = JSON.parse(python("-c", LIST));
  const harmless = `[b"n%d.example" % n if n else b"not a name" for n in range(${names.length})]`;
  python("-c", `import capture; open(${JSON.stringify(good)}, "wb").write(capture.capture(${harmless}))`);
  const allowed = await walk(open, report("good.html", good), 3);
  const found = await walk(open, report("hostile-capture.html", hostile), names.length, async (page, n) => {
    const [name, text] = names[n];
    if (text.length < 200) check((await page.textContent("main")).includes(text), `${name}: ${text}`);
  });
  for (const key of ["tags", "attributes", "links"])
    equal([...found[key]].filter((item) => !allowed[key].has(item)), [], key);
});

test("hostile names of files: text in the page and in its title", async (open) => {
  const folder = join(work, "names");
  mkdirSync(folder);
  for (const name of ["<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "' onmouseover='alert(1)", "&lt;b&gt;", "{{7*7}}${7*7}", "<!--<script>"]) {
    const file = join(folder, `${name}.pcapng`);
    copyFileSync(join(source, "samples/tls13-openssl-rsa.pcapng"), file);
    const page = await open(report("name.html", file));
    check((await page.title()).includes(name), "title");
    equal(await page.$$eval("body img, body iframe, body object, [onerror], [onload], [onmouseover]", (e) => e.length), 0, name);
  }
});
