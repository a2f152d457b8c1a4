// The filter language: see HELP, which the page shows.
import type { Column, Store } from "./store";
import { SEVERITIES } from "./store";

export const HELP: [string, string][] = [
  ["api", "anywhere in names, addresses, outcome or findings"],
  ["sni:api", "column contains the text"],
  ["sni=api.example", "column is exactly the text; sni!=… is not"],
  ["version:1.2,1.3", "one of several"],
  ["tls>100", "number compared: > >= < <= = in the column's unit"],
  ["tls>1.5s", "durations also with us, ms, s"],
  ["connect:10..50", "from–to"],
  ["severity>=medium", "none, note, low, medium, high"],
  ["finding:gap", "anomaly or diagnosis"],
  ["has:alpn  no:sni", "column was seen, or not"],
  ["-outcome:complete", "minus turns a term round"],
  ["sni:\"a b\"", "quotes keep spaces together"],
];

type Test = (row: number) => boolean;

export interface Filter {
  test: Test | null; // null: everything
  error: string;
}

interface Term {
  negated: boolean;
  name: string; // empty: a bare word
  operator: string;
  value: string;
}

const TERM = /(-?)(?:([A-Za-z_][\w]*|#)(>=|<=|!=|[:=<>]))?("(?:[^"\\]|\\.)*"?|[^\s"]*)/y;

const unquote = (t: string): string =>
  t.startsWith('"') ? t.slice(1, t.length > 1 && t.endsWith('"') ? -1 : undefined).replace(/\\(.)/g, "$1") : t;

export const quote = (t: string): string => (/[\s",]/.test(t) || t === "" ? `"${t.replace(/(["\\])/g, "\\$1")}"` : t);

function split(text: string): Term[] {
  const terms: Term[] = [];
  for (let at = 0; at < text.length; ) {
    if (/\s/.test(text[at])) {
      ++at;
      continue;
    }
    TERM.lastIndex = at;
    const m = TERM.exec(text);
    if (!m || m[0] === "") {
      ++at;
      continue;
    }
    terms.push({ negated: m[1] === "-", name: m[2] ?? "", operator: m[3] ?? ":", value: m[4] });
    at += m[0].length;
  }
  return terms.filter((t) => t.name !== "" || t.value !== "");
}

const ALIASES: Record<string, string> = { client: "client_ip", server: "server_ip", conn: "stream", id: "stream" };
const WORD_COLUMNS = ["sni", "sni_alt", "client_ip", "server_ip", "version", "cipher", "group", "alpn", "service", "outcome",
  "diagnosis", "anomalies", "cert_subject", "ja4"];
const FINDING_COLUMNS = ["anomalies", "diagnosis"];

/** A column by its name, its name without the unit, or an unmistakable beginning of it. */
export function findColumn(store: Store, name: string): Column | undefined {
  const lower = name.toLowerCase();
  const exact = store.column(lower) ?? store.column(ALIASES[lower] ?? "") ?? store.column(`${lower}_ms`);
  if (exact) return exact;
  const starting = store.columns.filter((c) => c.name.startsWith(lower));
  return starting.length === 1 ? starting[0] : undefined;
}

/** The parts of a value list: commas outside quotes. */
function alternatives(value: string): string[] {
  return value.startsWith('"') ? [unquote(value)] : value.split(",").filter((p) => p !== "");
}

function number(text: string, column: Column): number {
  const m = /^(-?(?:\d+\.?\d*|\.\d+))(us|µs|ms|s)?$/.exec(text.trim());
  if (!m) return NaN;
  const n = Number(m[1]);
  if (column.declaration.type !== "millis") return m[2] ? NaN : n;
  const unit = { us: 1, "µs": 1, ms: 1000, s: 1e6 }[m[2] ?? "ms"] ?? 1000;
  return n * unit;
}

class Problem extends Error {}

function compareTest(c: Column, operator: string, wanted: number): Test {
  const v = c.ranks;
  // Columns show three decimals: what reads the same is the same.
  switch (operator) {
    case ">":
      return (row) => v[row] > wanted;
    case ">=":
      return (row) => v[row] >= wanted;
    case "<":
      return (row) => v[row] < wanted;
    case "<=":
      return (row) => v[row] <= wanted;
    case "!=":
      return (row) => v[row] !== wanted && !Number.isNaN(v[row]);
    default:
      return (row) => Math.abs(v[row] - wanted) < 0.5;
  }
}

function numberTest(c: Column, operator: string, value: string): Test {
  const tests = alternatives(value).map((part): Test => {
    const range = /^(.*?)\.\.(.*)$/.exec(part);
    if (range) {
      const from = range[1] === "" ? -Infinity : number(range[1], c);
      const to = range[2] === "" ? Infinity : number(range[2], c);
      if (Number.isNaN(from) || Number.isNaN(to)) throw new Problem(`${c.name} takes numbers, not "${part}"`);
      return (row) => c.values[row] >= from && c.values[row] <= to;
    }
    const wanted = number(part, c);
    if (Number.isNaN(wanted)) throw new Problem(`${c.name} takes a number, not "${part}"`);
    return compareTest(c, operator, wanted);
  });
  return any(tests);
}

function booleanTest(c: Column, operator: string, value: string): Test {
  const yes = ["yes", "true", "1", "y"].includes(value.toLowerCase());
  if (!yes && !["no", "false", "0", "n"].includes(value.toLowerCase())) throw new Problem(`${c.name} is yes or no`);
  const wanted = (operator === "!=") !== yes ? 1 : 0;
  return (row) => c.values[row] === wanted;
}

/** Each different text is looked at once, not each row. */
function textTest(c: Column, accepts: (text: string) => boolean): Test {
  if (c.dropped) throw new Problem(`the texts of ${c.name} are too many for this page: use --csv`);
  const good = c.texts.map((t) => (c.isList ? t.split("\x1f").some(accepts) : accepts(t)));
  const v = c.values;
  return (row) => good[v[row]] === true;
}

function severityTest(c: Column, operator: string, value: string): Test {
  const rank = SEVERITIES.indexOf(value.toLowerCase() as never);
  if (rank < 0) throw new Problem(`severity is one of ${SEVERITIES.join(", ")}`);
  const good = (t: string): boolean => {
    const r = SEVERITIES.indexOf(t as never);
    return operator === ">" ? r > rank : operator === ">=" ? r >= rank : operator === "<" ? r < rank : r <= rank;
  };
  return textTest(c, good);
}

function columnTest(c: Column, operator: string, raw: string): Test {
  const value = unquote(raw);
  if (c.isText) {
    if (/[<>]/.test(operator)) {
      if (c.name === "severity") return severityTest(c, operator, value);
      throw new Problem(`${c.name} is text: it has no greater and less`);
    }
    const wanted = alternatives(raw).map((v) => v.toLowerCase());
    if (operator === "=") return textTest(c, (t) => wanted.includes(t.toLowerCase()));
    if (operator === "!=") return not(textTest(c, (t) => wanted.includes(t.toLowerCase())));
    return textTest(c, (t) => wanted.some((w) => t.toLowerCase().includes(w)));
  }
  if (c.declaration.type === "boolean") return booleanTest(c, operator, value);
  if (c.declaration.type === "time") {
    if (operator !== ":" && operator !== "=") throw new Problem("times are compared as text: ts:10:15");
    return (row) => c.text(row).includes(value);
  }
  return numberTest(c, operator, raw);
}

const any = (tests: Test[]): Test =>
  tests.length === 1 ? tests[0] : (row) => tests.some((t) => t(row));
const not = (test: Test): Test => (row) => !test(row);

function inColumns(store: Store, names: string[], operator: string, value: string): Test {
  const columns = names.map((n) => store.column(n)).filter((c): c is Column => !!c && !c.empty && !c.dropped);
  const tests = columns.map((c) => columnTest(c, operator, value));
  return tests.length === 0 ? () => false : any(tests);
}

/** Brushing the capture's time: seconds since its start. */
function atTest(store: Store, value: string): Test {
  const m = /^(-?[\d.]*)\.\.(-?[\d.]*)$/.exec(value);
  const ts = store.column("ts");
  if (!m || !ts) throw new Problem("at takes seconds since the start: at:1.5..2");
  const from = m[1] === "" ? -Infinity : Number(m[1]) * 1e6;
  const to = m[2] === "" ? Infinity : Number(m[2]) * 1e6;
  return (row) => ts.values[row] >= from && ts.values[row] <= to;
}

function compile(store: Store, term: Term): Test {
  if (term.name === "" && /^#\d+$/.test(term.value))
    return columnTest(store.column("stream")!, "=", term.value.slice(1));
  if (term.name === "") return inColumns(store, WORD_COLUMNS, ":", term.value);
  const name = term.name.toLowerCase();
  if (name === "finding" || name === "findings") return inColumns(store, FINDING_COLUMNS, term.operator, term.value);
  if (name === "at") return atTest(store, term.value);
  const wantsSeen = name === "has" || name === "no";
  const column = findColumn(store, wantsSeen ? unquote(term.value) : name);
  if (!column) throw new Problem(`no column "${wantsSeen ? unquote(term.value) : term.name}"`);
  if (wantsSeen) return (row) => column.has(row) === (name === "has");
  if (term.value === "" && term.operator === ":") return () => true; // still being typed
  return columnTest(column, term.operator, term.value);
}

export function parseFilter(store: Store, text: string): Filter {
  try {
    const tests = split(text).map((t) => (t.negated ? not(compile(store, t)) : compile(store, t)));
    if (tests.length === 0) return { test: null, error: "" };
    return { test: tests.length === 1 ? tests[0] : (row) => tests.every((t) => t(row)), error: "" };
  } catch (e) {
    if (e instanceof Problem) return { test: null, error: e.message };
    throw e;
  }
}

/** The filter with this term in place of one about the same column; taken away when it is there already. */
export function withTerm(filter: string, name: string, operator: string, value: string): string {
  const term = `${name}${operator}${value}`;
  const others = split(filter).filter((t) => t.negated || t.name.toLowerCase() !== name.toLowerCase());
  const had = split(filter).some((t) => !t.negated && `${t.name}${t.operator}${t.value}` === term);
  const kept = others.map((t) => `${t.negated ? "-" : ""}${t.name ? t.name + t.operator : ""}${t.value}`);
  return [...kept, ...(had ? [] : [term])].join(" ");
}

export function hasTerm(filter: string, name: string, operator: string, value: string): boolean {
  return split(filter).some((t) => !t.negated && t.name === name && t.operator === operator && t.value === value);
}
