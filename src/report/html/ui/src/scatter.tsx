// Handshake time over capture time: bursts, outages, and the moment things became slow.
import { useMemo } from "preact/hooks";
import uPlot from "uplot";
import type { Props } from "./app";
import { Chart } from "./chart";
import { withTerm } from "./filter";
import type { Store } from "./store";
import { cssColor, GRID } from "./theme";
import { duration } from "./values";

const FAILED_AT = 0.7; // connections without a handshake time lie below the least one

interface Points {
  data: uPlot.AlignedData;
  failed: number;
}

function pointsOf(store: Store, rows: Uint32Array): Points | null {
  const ts = store.column("ts");
  const tls = store.column("tls_ms");
  const outcome = store.column("outcome");
  if (!ts || ts.empty) return null;
  const bad = (outcome?.texts ?? []).map((t) => !["complete", "closed", "open", "incomplete"].includes(t));
  const list: [number, number | null, boolean][] = [];
  let least = Infinity;
  for (const row of rows) {
    const at = ts.values[row];
    if (at !== at) continue;
    const t = tls ? tls.values[row] : NaN;
    const failed = bad[outcome?.values[row] ?? -1] === true;
    if (t !== t && !failed) continue;
    if (t > 0 && t < least) least = t;
    list.push([at / 1e6, t === t ? Math.max(t, 1) : null, failed]);
  }
  if (list.length === 0) return null;
  list.sort((a, b) => a[0] - b[0]);
  const floor = (least === Infinity ? 1000 : least) * FAILED_AT;
  const x = list.map((p) => p[0]);
  const good = list.map((p) => (p[2] ? null : p[1]));
  const lost = list.map((p) => (p[2] ? (p[1] ?? floor) : null));
  return { data: [x, good, lost], failed: lost.filter((v) => v !== null).length };
}

/** Squares, many at once: a hundred thousand arcs would take a second. */
function squares(size: number): uPlot.Series.PathBuilder {
  return (u, index) => {
    const stroke = new Path2D();
    const half = (size * devicePixelRatio) / 2;
    const [xs, ys] = [u.data[0], u.data[index]];
    for (let i = 0; i < xs.length; ++i) {
      const v = ys[i];
      if (v == null) continue;
      stroke.rect(u.valToPos(xs[i], "x", true) - half, u.valToPos(v, "y", true) - half, 2 * half, 2 * half);
    }
    return { stroke: null, fill: stroke, clip: undefined, flags: 0 } as unknown as uPlot.Series.Paths;
  };
}

const decade = (v: number, round: (n: number) => number): number => 10 ** round(Math.log10(Math.max(v, 1)));

/** Decades have labels; where there are few of them, 2 and 5 as well. */
function labelled(v: number, span: number): boolean {
  const digit = Math.round(v / 10 ** Math.floor(Math.log10(v) + 1e-9));
  return digit === 1 || (span < 300 && (digit === 2 || digit === 5));
}

export function Scatter(props: Props) {
  const { store, rows, filter, setFilter } = props;
  const points = useMemo(() => pointsOf(store, rows), [store, rows]);
  if (!points) return null;
  const size = rows.length > 20_000 ? 2 : rows.length > 1000 ? 3 : 5;
  const options = (): Omit<uPlot.Options, "width" | "height"> => {
    const line = { stroke: GRID, width: 1 };
    const ink = cssColor("--dim");
    return {
      scales: {
        x: { time: false, range: (_u, min, max) => (max > min ? [min, max] : [min - 1, max + 1]) },
        y: { distr: 3, log: 10, range: (_u, min, max) => [decade(min / 1.2, Math.floor), decade(Math.max(max, 2) * 1.2, Math.ceil)] },
      },
      axes: [
        { stroke: ink, grid: line, ticks: line, space: 92, values: (_u, s) => s.map((v) => (v >= 0 ? duration(v * 1e6).replace(/\.0+ /, " ") : "")) },
        { stroke: ink, grid: line, ticks: line, size: 62, values: (u, s) => s.map((v) => (v !== null && labelled(v, u.scales.y.max! / u.scales.y.min!) ? duration(v).replace(".00", "") : "")) },
      ],
      cursor: { drag: { x: true, y: false, setScale: false }, points: { show: false } },
      hooks: {
        setSelect: [
          (u) => {
            if (u.select.width < 4) return;
            const [a, b] = [u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x")];
            setFilter(withTerm(filter, "at", ":", `${Number(a.toPrecision(6))}..${Number(b.toPrecision(6))}`));
          },
        ],
      },
      series: [
        { label: "since the start", value: (_u, v) => (v === null ? "–" : duration(v * 1e6)) },
        { label: "TLS handshake", fill: cssColor("--s1") + "99", stroke: cssColor("--s1"), paths: squares(size), points: { show: false }, value: (_u, v) => (v === null ? "–" : duration(v)) },
        { label: "failed", fill: cssColor("--high"), stroke: cssColor("--high"), paths: squares(size + 1), points: { show: false }, value: (_u, v) => (v === null ? "–" : "failed") },
      ],
    };
  };
  return (
    <figure>
      <figcaption>TLS handshake over the capture's time; failed ones in red</figcaption>
      <Chart
        label={`Scatter of handshake time over capture time, ${points.failed} failed`}
        height={240}
        data={points.data}
        options={options}
        version={filter}
      />
    </figure>
  );
}
