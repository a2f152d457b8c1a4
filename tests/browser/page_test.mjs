// The page as a reader uses it, on captures of samples/.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { check, equal, test, work } from "./harness.mjs";

const [tlsscope, source] = process.argv.slice(2);
const sample = (name) => join(source, "samples", name);

function report(name, ...files) {
  const out = join(work, name);
  execFileSync(tlsscope, [...files.map(sample), "-q", "--html", out]);
  return out;
}
const json = (...files) =>
  execFileSync(tlsscope, [...files.map(sample), "-q", "--json", "-"], { maxBuffer: 1 << 28 }).toString().trim().split("\n").map((l) => JSON.parse(l));

const MIXED = ["tls13-openssl-rsa.pcapng", "tls12-resume-ticket.pcap", "fail-unknown-ca-tls12.pcapng", "refused.pcap", "loss-server-flight.pcap",
  "nginx-parallel-connections.pcapng", "delay-20ms.pcap", "tls13-chromium-mlkem-chosen.pcapng"];
let mixedFile;
const mixed = () => (mixedFile ??= report("mixed.html", ...MIXED));

const state = (page) => page.textContent("#filter-state");
async function filter(page, text) {
  await page.fill("#filter", text);
  await page.press("#filter", "Enter");
  await page.waitForFunction((t) => new URLSearchParams(location.hash.slice(1)).get("filter") === (t || null), text);
}
const visible = (page, n) => page.$$eval("[role=row].tr", (rows, k) => rows.map((r) => r.children[k].textContent), n);

test("load: head, tiles and table say what the JSON says", async (open) => {
  const page = await open(mixed());
  const rows = json(...MIXED);
  equal(await state(page), `${rows.length} of ${rows.length} connections`, "rows");
  const tiles = await page.$$eval(".tile b", (b) => b.map((e) => e.textContent));
  equal(tiles.slice(0, 2), [String(rows.length), String(rows.filter((r) => r.outcome === "complete").length)], "tiles");
  check((await page.textContent(".files")).includes("more files"), "file names");
  const streams = (await visible(page, 0)).map(Number);
  equal(streams, rows.map((r) => r.stream).slice(0, streams.length), "order");
});

test("filter: terms, numbers, mistakes, clearing", async (open) => {
  const page = await open(mixed());
  const rows = json(...MIXED);
  const expect = async (text, holds) => {
    await filter(page, text);
    equal(await state(page), `${rows.filter(holds).length} of ${rows.length} connections`, text);
  };
  await expect("version:1.2", (r) => r.version?.includes("1.2"));
  await expect("tls>10", (r) => r.tls_ms > 10);
  await expect("tls:1..10 version=\"TLS 1.3\"", (r) => r.tls_ms >= 1 && r.tls_ms <= 10 && r.version === "TLS 1.3");
  await expect("-outcome:complete", (r) => r.outcome !== "complete");
  await expect("outcome:failed,refused", (r) => ["failed", "refused"].includes(r.outcome));
  await expect("resumed:yes", (r) => r.resumed === true);
  await expect("severity>=medium", (r) => ["medium", "high"].includes(r.severity));
  await expect("no:sni", (r) => r.sni === undefined);
  await expect("#3", (r) => r.stream === 3);
  await filter(page, "nonsense:1");
  check((await state(page)).includes('no column "nonsense"'), "a mistake is named");
  await page.click("text=Clear");
  equal(await state(page), `${rows.length} of ${rows.length} connections`, "cleared");
});

test("sort: by numbers and text, both ways, what is missing last", async (open) => {
  const page = await open(mixed(), { height: 1400 });
  const rows = json(...MIXED);
  const streams = (list) => list.map((r) => String(r.stream));
  const byTime = (sign) => [...rows.filter((r) => r.tls_ms !== undefined).sort((a, b) => sign * (a.tls_ms - b.tls_ms) || a.stream - b.stream), ...rows.filter((r) => r.tls_ms === undefined)];
  await page.click("button[title^='tls_ms:']");
  equal(await visible(page, 0), streams(byTime(1)).slice(0, (await visible(page, 0)).length), "up");
  await page.click("button[title^='tls_ms:']");
  equal(await visible(page, 0), streams(byTime(-1)).slice(0, (await visible(page, 0)).length), "down");
  check(page.url().includes("sort=-tls_ms"), "the link holds it");
});

test("columns: the chooser has every declared column with unit and meaning", async (open) => {
  const page = await open(mixed());
  await page.click("text=Columns");
  const offered = await page.$$eval("#chooser label", (l) => l.map((e) => [e.querySelector("span").textContent.split(" (")[0], e.title !== ""]));
  const listed = execFileSync(tlsscope, ["--list-columns"]).toString().split("\n").filter((l) => /^  [a-z]/.test(l)).map((l) => l.trim().split(/\s+/)[0]);
  equal(offered.map((o) => o[0]), listed, "columns");
  check(offered.every((o) => o[1]), "each has its meaning");
  await page.click("#chooser label:has-text('cipher') >> nth=0");
  check(page.url().includes("cipher"), "the link holds it");
});

test("connection: the ladder is what JSON says of the frames", async (open) => {
  for (const file of ["tls13-openssl-rsa.pcapng", "tls12-chain-intermediate.pcapng", "textbook-three-way-four-way.pcap", "tls13-hello-retry-request.pcapng", "loss-server-flight.pcap"]) {
    const facts = json(file)[0];
    const page = await open(report("one.html", file), { hash: "#connection=0" });
    await page.waitForSelector(".step");
    const steps = await page.$$eval(".step", (list) => list.map((e) => ({
      frame: Number(/frame (\d+)/.exec(e.querySelector(".when").textContent)[1]),
      label: e.querySelector(".label").textContent.replace(/\s+/g, " "),
      messages: [...e.querySelectorAll(".message b")].map((b) => b.textContent),
      states: [...e.querySelectorAll(".state")].map((s) => s.textContent),
    })));
    const at = (frame) => steps.find((s) => s.frame === frame) ?? { label: "", messages: [] };
    equal(steps.map((s) => s.frame), steps.map((s) => s.frame).sort((a, b) => a - b), `${file}: in order`);
    equal(steps[0].frame, facts.first_frame, `${file}: begins with the first frame`);
    check(at(facts.syn_frame).label.includes("[SYN] seq = X"), `${file}: SYN`);
    check(at(facts.synack_frame).label.includes("ack = X+1"), `${file}: SYN/ACK`);
    check(at(facts.connect_frame).label.includes("ack = Y+1"), `${file}: ACK`);
    check(at(facts.fin_frame).label.includes("FIN"), `${file}: FIN`);
    if (facts.ch_frame) check(at(facts.ch_frame).messages.includes("ClientHello"), `${file}: ClientHello`);
    if (facts.sh_frame) check(at(facts.sh_frame).messages.includes("ServerHello"), `${file}: ServerHello`);
    if (facts.cert_frame) check(at(facts.cert_frame).messages.includes("Certificate"), `${file}: Certificate`);
    if (facts.hrr_frame) check(at(facts.hrr_frame).messages.includes("HelloRetryRequest"), `${file}: HelloRetryRequest`);
    equal(steps.at(-1).states, [facts.client_state, facts.server_state], `${file}: states at the end`);
  }
});

test("connection: text is what --explain prints; filters are ready to paste", async (open) => {
  const file = "tls13-openssl-rsa.pcapng";
  const page = await open(report("text.html", file), { hash: "#connection=0" });
  await page.click("text=All of this as text");
  const text = await page.textContent("pre");
  const printed = execFileSync(tlsscope, [sample(file), "--explain", "0"], { env: { ...process.env, COLUMNS: "100", LC_ALL: "C.UTF-8" } }).toString();
  equal(text, printed, "text");
});

test("connection: opened with the keyboard, left with Escape; drawn to time", async (open) => {
  const page = await open(mixed());
  await page.focus("#connections");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".step");
  check(page.url().includes("connection=2"), "third row");
  const even = await page.evaluate(() => document.querySelector(".steps").clientHeight);
  await page.click("text=to time");
  check((await page.evaluate(() => document.querySelector(".steps").clientHeight)) > even, "pauses take room");
  await page.click("text=Next");
  await page.waitForFunction(() => location.hash.includes("connection=3"));
  await page.keyboard.press("Escape");
  await page.waitForSelector("#connections");
  check(!page.url().includes("connection="), "back");
});

test("deep links: a filter and a connection reopen", async (open) => {
  const page = await open(mixed(), { hash: "#filter=outcome%3Afailed&sort=-stream" });
  equal(await page.inputValue("#filter"), "outcome:failed", "filter");
  equal(new Set(await visible(page, 9)), new Set(["failed"]), "rows");
  const one = await open(mixed(), { hash: "#connection=5" });
  check((await one.textContent("h2.big")).startsWith("Connection 5"), "connection");
  const none = await open(mixed(), { hash: "#connection=99999" });
  check((await none.textContent("main.connection")).includes("not in the page"), "an unknown one is said");
});

test("brushing a range filters the table; a breakdown and a finding do, too", async (open) => {
  const page = await open(mixed());
  const over = page.locator(".u-over").first();
  const box = await over.boundingBox();
  await page.mouse.move(box.x + box.width * 0.4, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.98, box.y + 60, { steps: 5 });
  await page.mouse.up();
  await page.waitForFunction(() => document.querySelector("#filter").value.includes(".."));
  check(!(await state(page)).startsWith("0 of"), "some are left");
  await page.click("text=Clear");
  await page.click(".breakdown[aria-label='TLS version'] .link >> nth=0");
  check((await page.inputValue("#filter")).startsWith('version="TLS'), "breakdown");
  await page.click("text=Clear");
  const wanted = Number((await page.textContent(".findings .link >> nth=0")).split(" ")[0]);
  await page.click(".findings .link >> nth=0");
  await page.waitForFunction(() => document.querySelector("#filter").value !== "");
  check((await state(page)).startsWith(`${wanted} of`), "finding: as many as it says");
});

test("narrow: nothing is wider than 420 px", async (open) => {
  for (const hash of ["", "#connection=0"]) {
    const page = await open(mixed(), { width: 420, hash });
    await page.waitForTimeout(300);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    check(width <= 420, `${hash || "overview"}: ${width} px`);
  }
});

test("print: a PDF with plain tables, capped", async (open) => {
  const page = await open(mixed());
  const pdf = await page.pdf({ path: join(work, "print.pdf") });
  check(pdf.length > 20_000, "pages with something on them");
  await page.emulateMedia({ media: "print" });
  await page.waitForSelector(".print-only tbody tr");
  const shown = await page.$$eval(".print-only tbody tr", (r) => r.length);
  equal(shown, Math.min(200, json(...MIXED).length), "rows on paper");
  equal(await page.isVisible("#connections"), false, "the virtual table is not printed");
});

test("policy: strict, with Trusted Types, and no exception", async () => {
  const page = readFileSync(join(source, "src/report/html/template.html"), "utf8");
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)[1];
  for (const part of ["default-src 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'", "base-uri 'none'", "form-action 'none'"])
    check(policy.includes(part), part);
  check(!/unsafe|https?:/.test(policy), policy);
});
