import { useMemo } from "preact/hooks";
import type { Props } from "./app";
import { percentile, sortedValues } from "./stats";
import { count, duration, share } from "./values";

function outcomes({ store, rows }: Props): { complete: number; failed: number } {
  const column = store.column("outcome");
  if (!column) return { complete: 0, failed: 0 };
  const failing = column.texts.map((t) => !["complete", "closed", "open", "incomplete"].includes(t));
  const complete = column.texts.indexOf("complete");
  const counted = { complete: 0, failed: 0 };
  for (const row of rows) {
    const v = column.values[row];
    if (v === complete) ++counted.complete;
    else if (failing[v]) ++counted.failed;
  }
  return counted;
}

export function Tiles(props: Props) {
  const { store, rows, filter } = props;
  const all = filter === "" ? store.header.all : undefined;
  const counted = useMemo(() => {
    const groups = all?.counted["outcome"]?.values;
    if (!groups) return { ...outcomes(props), total: rows.length };
    const of = (f: (name: string) => boolean): number => groups.reduce((n, g) => n + (f(g[0]) ? g[1] : 0), 0);
    return {
      total: store.header.connections,
      complete: of((n) => n === "complete"),
      failed: of((n) => !["complete", "closed", "open", "incomplete"].includes(n)),
    };
  }, [rows, all]);
  const times = useMemo(
    () =>
      ["tls_ms", "connect_ms"].map((name) => {
        const measured = all?.measured[name];
        if (measured) return measured.p;
        const c = store.column(name);
        const sorted = c && !c.empty ? sortedValues(c.values, rows) : [];
        return [50, 95, 99].map((p) => percentile(sorted, p));
      }),
    [rows, all],
  );
  const { total, complete, failed } = counted;
  return (
    <section class="tiles" aria-label="Key figures">
      <Tile value={count(total)} label="connections" />
      <Tile value={count(complete)} label={`handshakes completed (${share(complete, total)})`} tone={complete > 0 ? "good" : ""} />
      <Tile value={count(failed)} label={`failed (${share(failed, total)})`} tone={failed > 0 ? "bad" : ""} />
      <Times label="TLS handshake" p={times[0]} />
      <Times label="TCP connect" p={times[1]} />
    </section>
  );
}

function Tile({ value, label, tone = "" }: { value: string; label: string; tone?: string }) {
  return (
    <div class={`tile ${tone}`}>
      <b>{value}</b>
      <span>{label}</span>
    </div>
  );
}

function Times({ label, p }: { label: string; p: number[] }) {
  return (
    <div class="tile times">
      <dl>
        {["p50", "p95", "p99"].map((name, i) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{duration(p[i])}</dd>
          </div>
        ))}
      </dl>
      <span>{label}</span>
    </div>
  );
}
