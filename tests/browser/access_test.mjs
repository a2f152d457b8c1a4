// WCAG 2.1 AA as far as axe sees it, in light and dark, on every view.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { check, test, work } from "./harness.mjs";

const [tlsscope, source] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

for (const scheme of ["light", "dark"])
  test(`axe: ${scheme}`, async (open) => {
    const file = join(work, `axe-${scheme}.html`);
    const samples = ["tls13-openssl-rsa.pcapng", "fail-unknown-ca-tls12.pcapng", "refused.pcap", "loss-server-flight.pcap", "tls12-expired-cert-accepted.pcap"];
    execFileSync(tlsscope, [...samples.map((s) => join(source, "samples", s)), "-q", "--html", file]);
    for (const hash of ["", "#filter=version%3A1.2", "#connection=0", "#connection=1"]) {
      const page = await open(file, { scheme, hash });
      if (hash.includes("connection")) await page.waitForSelector(".step");
      else await page.click("text=Help");
      if (hash === "") await page.click("text=Columns");
      await page.waitForTimeout(200);
      // The page's own policy keeps strangers' scripts out: axe goes through the debugger.
      const session = await page.context().newCDPSession(page);
      await session.send("Runtime.evaluate", { expression: axe });
      const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
        expression: `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }).then((r) => JSON.stringify(r.violations.map((v) => [v.id, v.nodes.length, v.nodes[0].html.slice(0, 160), v.nodes[0].failureSummary.slice(0, 300)])))`,
        awaitPromise: true,
      });
      check(!exceptionDetails, JSON.stringify(exceptionDetails));
      const violations = JSON.parse(result.value);
      check(violations.length === 0, `${hash || "overview"}: ${violations.map((v) => v.join(" | ")).join("\n    ")}`);
    }
  });
