// What is wrong, gravest first: whatever anomalies and diagnoses this build of tlsscope knows.
import { useMemo } from "preact/hooks";
import type { Props } from "./app";
import type { Severity } from "./format";
import { hasTerm, quote, withTerm } from "./filter";
import { LIST_SEPARATOR, SEVERITIES, type Store } from "./store";
import { plural, share, words } from "./values";

interface Finding {
  severity: Severity;
  title: string;
  meaning: string;
  connections: number;
  term: [string, string, string];
}

const SHOWN = 7; // findings before the reader asks for more
const NUMBERS = /\d+(?:[.,:]\d+)*/g;

/** Diagnoses that differ only in numbers are one finding; the longest part without numbers finds them. */
function diagnosisTerm(text: string): string {
  const parts = text.split(NUMBERS).map((p) => p.trim());
  return parts.reduce((a, b) => (b.length > a.length ? b : a), "");
}

function anomalies(store: Store, rows: Uint32Array): Finding[] {
  const column = store.column("anomalies");
  if (!column || column.empty) return [];
  const lists = column.texts.map((t) => t.split(LIST_SEPARATOR));
  const counts = new Map<string, number>();
  for (const row of rows) {
    const v = column.values[row];
    if (v === v) for (const name of lists[v]) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, connections]) => anomaly(store, name, connections));
}

function anomaly(store: Store, name: string, connections: number): Finding {
  const known = store.header.anomalies.find((a) => a[0] === name);
  return {
    severity: known?.[1] ?? "none",
    title: words(name),
    meaning: known?.[2] ?? "",
    connections,
    term: ["anomalies", "=", quote(name)],
  };
}

function diagnoses(store: Store, rows: Uint32Array): Finding[] {
  const column = store.column("diagnosis");
  const severity = store.column("severity");
  if (!column || column.empty) return [];
  const found = new Map<string, Finding>();
  const keys = column.texts.map((t) => t.replace(NUMBERS, "#"));
  for (const row of rows) {
    const v = column.values[row];
    if (v !== v) continue;
    const had = found.get(keys[v]);
    if (had) {
      ++had.connections;
      continue;
    }
    found.set(keys[v], diagnosis(column.texts[v], (severity?.text(row) || "none") as Severity, 1));
  }
  return [...found.values()];
}

/** "What happened: what it may mean" */
function headline(text: string): { title: string; meaning: string } {
  const parts = /^(.*?)(?:: |\. )(.*)$/s.exec(text);
  return parts ? { title: parts[1], meaning: parts[2] } : { title: text, meaning: "" };
}

const diagnosis = (text: string, severity: Severity, connections: number): Finding => ({
  severity,
  ...headline(text),
  connections,
  term: ["diagnosis", ":", quote(diagnosisTerm(text))],
});

function findings({ store, rows, filter }: Props): Finding[] {
  const all = filter === "" ? store.header.all : undefined;
  const list = all
    ? [...all.diagnoses.map(([t, s, n]) => diagnosis(t, s, n)), ...all.anomalies.map(([t, , n]) => anomaly(store, t, n))]
    : [...diagnoses(store, rows), ...anomalies(store, rows)];
  const rank = (f: Finding): number => SEVERITIES.indexOf(f.severity);
  return list.sort((a, b) => rank(b) - rank(a) || b.connections - a.connections);
}

export function Findings(props: Props) {
  const { store, rows, filter, setFilter } = props;
  const list = useMemo(() => findings(props), [store, rows]);
  const grave = list.filter((f) => SEVERITIES.indexOf(f.severity) >= 2);
  const notes = list.filter((f) => SEVERITIES.indexOf(f.severity) < 2);
  const total = filter === "" ? store.header.connections : rows.length;
  const item = (f: Finding) => {
    const pressed = hasTerm(filter, ...f.term);
    return (
      <li key={f.title + f.meaning}>
        <span class={`badge ${f.severity}`}>{f.severity}</span>
        <div class="what">
          <b>{f.title.replace(/\.$/, "")}</b>
          {f.meaning && <span>. {f.meaning[0].toUpperCase() + f.meaning.slice(1)}</span>}
        </div>
        <button type="button" class="link" aria-pressed={pressed} onClick={() => setFilter(withTerm(filter, ...f.term))}>
          {plural(f.connections, "connection")} <small>({share(f.connections, total)})</small>
        </button>
      </li>
    );
  };
  return (
    <section class="card" aria-labelledby="findings-title">
      <h2 id="findings-title">Findings</h2>
      {grave.length === 0 ? (
        <p class="quiet">Nothing is wrong with {rows.length === 1 ? "this connection" : "these connections"} as far as can be seen.</p>
      ) : (
        <ul class="findings">{grave.slice(0, SHOWN).map(item)}</ul>
      )}
      {grave.length > SHOWN && (
        <details>
          <summary>{plural(grave.length - SHOWN, "more finding")}</summary>
          <ul class="findings">{grave.slice(SHOWN, 200).map(item)}</ul>
        </details>
      )}
      {notes.length > 0 && (
        <details>
          <summary>
            {plural(notes.length, "note")}: unusual, but no harm by themselves
          </summary>
          <ul class="findings">{notes.map(item)}</ul>
        </details>
      )}
    </section>
  );
}
