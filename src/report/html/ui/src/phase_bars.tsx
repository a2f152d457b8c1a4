// Where the time of the median connection goes, and of each server's.
import { useMemo } from "preact/hooks";
import type { Props } from "./app";
import type { Phase } from "./phases";
import { percentile, sortedValues } from "./stats";
import type { Store } from "./store";
import { count, duration } from "./values";

const SERVERS = 8;

interface Line {
  name: string;
  connections: number;
  medians: number[]; // per phase; NaN: never seen
}

function mediansOf(phases: Phase[], rows: Uint32Array): number[] {
  return phases.map((p) => (p.column.empty ? NaN : percentile(sortedValues(p.column.values, rows), 50)));
}

function linesOf(store: Store, phases: Phase[], rows: Uint32Array): Line[] {
  const sni = store.column("sni");
  const lines: Line[] = [{ name: "all", connections: rows.length, medians: mediansOf(phases, rows) }];
  if (!sni || sni.empty) return lines;
  const byName = new Map<number, number[]>();
  for (const row of rows) {
    const v = sni.values[row];
    if (v !== v) continue;
    const list = byName.get(v);
    if (list) list.push(row);
    else byName.set(v, [row]);
  }
  if (byName.size < 2) return lines;
  const largest = [...byName].sort((a, b) => b[1].length - a[1].length).slice(0, SERVERS);
  for (const [v, list] of largest)
    lines.push({ name: sni.texts[v], connections: list.length, medians: mediansOf(phases, Uint32Array.from(list)) });
  return lines;
}

export function Legend({ phases }: { phases: Phase[] }) {
  return (
    <ul class="legend">
      {phases.map((p) => (
        <li key={p.label} title={p.column.declaration.meaning}>
          <i class={p.color} /> {p.label}
        </li>
      ))}
    </ul>
  );
}

export function PhaseBars({ store, rows, phases }: Props & { phases: Phase[] }) {
  const lines = useMemo(() => linesOf(store, phases, rows), [store, phases, rows]);
  const sum = (line: Line): number => line.medians.reduce((s, v) => s + (v > 0 ? v : 0), 0);
  const most = Math.max(...lines.map(sum));
  if (!(most > 0)) return null;
  const used = phases.filter((_, i) => lines.some((l) => l.medians[i] > 0));
  return (
    <section class="card" aria-labelledby="phases-title">
      <h2 id="phases-title">
        Where the time goes <small>median of each phase, all connections and the busiest servers</small>
      </h2>
      <Legend phases={used} />
      <div class="phasebars">
        {lines.map((line, n) => (
          <div class="phaseline" key={n}>
            <span class="who" title={line.name}>
              {n === 0 ? <b>All connections</b> : line.name} <small>{count(line.connections)}</small>
            </span>
            <div class="stack" role="img" aria-label={phases.map((p, i) => (line.medians[i] > 0 ? `${p.label} ${duration(line.medians[i])}` : "")).filter((t) => t).join(", ")}>
              {phases.map((p, i) =>
                line.medians[i] > 0 ? (
                  <span key={i} class={`seg ${p.color}`} style={{ width: `${(100 * line.medians[i]) / most}%` }}
                    title={`${p.label}: ${duration(line.medians[i])}\n${p.column.declaration.meaning}`}>
                    {line.medians[i] / most > 0.07 ? duration(line.medians[i]) : ""}
                  </span>
                ) : null,
              )}
            </div>
            <span class="sum num">{duration(sum(line))}</span>
          </div>
        ))}
      </div>
    </section>
  );
}
