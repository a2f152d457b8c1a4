// Bundles the page and writes the template: `node build.mjs OUTPUT`. The same sources give the same bytes.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const target = ["chrome103", "firefox113", "safari16.4"]; // the first with DecompressionStream
const common = { bundle: true, minify: true, write: false, target, charset: "utf8", legalComments: "none" };

async function bundled(options) {
  const result = await build({ ...common, ...options });
  return result.outputFiles[0].text.trimEnd();
}

const script = await bundled({
  entryPoints: ["src/main.tsx"],
  format: "iife",
  jsx: "automatic",
  jsxImportSource: "preact",
});
if (/<\/script|<!--/i.test(script)) throw new Error("the script would end its own element");
const style = await bundled({ entryPoints: ["src/style.css"] });

const hash = (text) => `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;
const policy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const page = readFileSync("index.html", "utf8")
  .replace("@POLICY@", () => policy)
  .replace("@STYLE@", () => style)
  .replace("@SCRIPT@", () => script);
writeFileSync(process.argv[2] ?? "../template.html", page);
