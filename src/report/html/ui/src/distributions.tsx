// How long things took: histogram, cumulative curve, percentiles, and the handshakes over the capture's time.
import { useMemo } from "preact/hooks";
import uPlot from "uplot";
import type { Props } from "./app";
import { Chart } from "./chart";
import { withTerm } from "./filter";
import { spanLabel } from "./phases";
import { Scatter } from "./scatter";
import { BINS, PER_DECADE, binStart, histogram, percentile, sortedValues, unpackBins } from "./stats";
import { cssColor, GRID } from "./theme";
import { count, duration } from "./values";

export const SERIES = ["connect_ms", "tls_ms", "ttfb_ms"];
export const seriesColor = (i: number): string => cssColor(`--s${i}`);

interface Measure {
  name: string;
  label: string;
  meaning: string;
  color: number;
  n: number;
  bins: number[];
  percentiles: number[];
}

const PERCENTS = [50, 75, 90, 95, 99];

function measure({ store, rows, filter }: Props): Measure[] {
  const all = filter === "" ? store.header.all : undefined;
  const out: Measure[] = [];
  SERIES.forEach((name, color) => {
    const column = store.column(name);
    if (!column || column.empty) return;
    const common = { name, label: spanLabel(column.declaration), meaning: column.declaration.meaning, color };
    const sorted = sortedValues(column.values, rows);
    const measured = all?.measured[name];
    const percentiles = PERCENTS.map((p) => percentile(sorted, p));
    if (measured) {
      [0, 3, 4].forEach((i, k) => (percentiles[i] = measured.p[k]));
      out.push({ ...common, n: measured.n, bins: unpackBins(measured.bins), percentiles });
    } else out.push({ ...common, n: sorted.length, bins: histogram(sorted), percentiles });
  });
  return out;
}

/** Bins from the first to the last that is not empty, one to spare on either side. */
function range(measures: Measure[]): [number, number] {
  let first = BINS;
  let last = 0;
  for (const m of measures)
    m.bins.forEach((n, i) => {
      if (n === 0) return;
      first = Math.min(first, i);
      last = Math.max(last, i);
    });
  if (first > last) return [0, 0];
  if (last - first < PER_DECADE) {
    first -= PER_DECADE / 2;
    last += PER_DECADE / 2;
  }
  return [Math.max(0, first - 1), Math.min(BINS - 1, last + 1)];
}

function axes(yLabel: (v: number) => string): uPlot.Axis[] {
  const ink = cssColor("--dim");
  const line = { stroke: GRID, width: 1 };
  return [
    {
      stroke: ink,
      grid: line,
      ticks: line,
      values: (_u, splits) => splits.map((v) => (v !== null && Number.isInteger(Math.round(Math.log10(v) * 1e6) / 1e6) ? duration(v).replace(".00", "").replace(".0", "") : "")),
    },
    { stroke: ink, grid: line, ticks: line, size: 52, values: (_u, splits) => splits.map(yLabel) },
  ];
}

/** Dragging sets the filter to the range; which quantity: the one with most values in it. */
function brush(measures: Measure[], props: Props) {
  return (u: uPlot): void => {
    if (u.select.width < 4) return;
    const from = u.posToVal(u.select.left, "x");
    const to = u.posToVal(u.select.left + u.select.width, "x");
    const inside = (m: Measure): number => m.bins.reduce((n, k, i) => (binStart(i) >= from && binStart(i) <= to ? n + k : n), 0);
    const preferred = measures.find((m) => m.name === "tls_ms" && inside(m) > 0);
    const target = preferred ?? [...measures].sort((a, b) => inside(b) - inside(a))[0];
    if (target) props.setFilter(withTerm(props.filter, target.name, ":", `${round(from)}..${round(to)}`));
  };
}

/** Milliseconds, three digits. */
const round = (us: number): string => String(Number((us / 1000).toPrecision(3)));

export function Distributions(props: Props) {
  const measures = useMemo(() => measure(props), [props.store, props.rows]);
  const [first, last] = range(measures);
  const histogramData = useMemo((): uPlot.AlignedData => {
    const x: number[] = [];
    for (let i = first; i <= last + 1; ++i) x.push(binStart(i));
    return [x, ...measures.map((m) => x.map((_v, k) => m.bins[first + k] ?? 0))] as uPlot.AlignedData;
  }, [measures]);
  const cumulative = useMemo((): uPlot.AlignedData => {
    const x: number[] = [];
    for (let i = first; i <= last + 1; ++i) x.push(binStart(i));
    return [x, ...measures.map((m) => {
      let sum = 0;
      return x.map((_v, k) => {
        const share = m.n ? (100 * sum) / m.n : 0;
        sum += m.bins[first + k] ?? 0;
        return share;
      });
    })] as uPlot.AlignedData;
  }, [measures]);
  if (measures.every((m) => m.n === 0)) return null;

  const options = (kind: "count" | "share") => (): Omit<uPlot.Options, "width" | "height"> => ({
    scales: { x: { time: false, distr: 3, log: 10 }, y: { range: kind === "share" ? [0, 100] : (_u, _min, max) => [0, Math.max(1, max * 1.05)] } },
    axes: axes(kind === "share" ? (v) => `${v}%` : (v) => (Number.isInteger(v) ? count(v) : "")),
    cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 6 } },
    hooks: { setSelect: [brush(measures, props)] },
    series: [
      { label: kind === "share" ? "up to" : "from", value: (_u, v) => (v === null ? "–" : duration(v)) },
      ...measures.map((m) => ({
        label: m.label,
        stroke: seriesColor(m.color),
        width: 1.5,
        fill: kind === "count" ? seriesColor(m.color) + "33" : undefined,
        paths: kind === "count" ? uPlot.paths.stepped!({ align: 1 }) : undefined,
        points: { show: false },
        value: (_u: uPlot, v: number | null) => (v === null ? "–" : kind === "share" ? `${v.toFixed(1)}%` : count(v)),
      })),
    ],
  });
  const spoken = measures.map((m) => `${m.label}: median ${duration(m.percentiles[0])}, 99th percentile ${duration(m.percentiles[4])}`).join("; ");
  return (
    <section class="card" aria-labelledby="distributions-title">
      <h2 id="distributions-title">
        How long it took <small>drag over a range to filter by it</small>
      </h2>
      <div class="charts">
        <figure>
          <figcaption>Connections per time (logarithmic)</figcaption>
          <Chart label={`Histogram. ${spoken}`} height={240} data={histogramData} options={options("count")} version={props.filter} />
        </figure>
        <figure>
          <figcaption>Share that was done by then</figcaption>
          <Chart label={`Cumulative curves. ${spoken}`} height={240} data={cumulative} options={options("share")} version={props.filter} />
        </figure>
        <Scatter {...props} />
        <Percentiles measures={measures} />
      </div>
    </section>
  );
}

function Percentiles({ measures }: { measures: Measure[] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Percentiles">
      <table class="plain">
        <caption>Percentiles</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col" class="num">values</th>
            {PERCENTS.map((p) => (
              <th scope="col" class="num" key={p}>
                p{p}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {measures.map((m) => (
            <tr key={m.name}>
              <th scope="row" title={m.meaning}>
                <i class={`dot s${m.color}`} /> {m.label}
              </th>
              <td class="num">{count(m.n)}</td>
              {m.percentiles.map((v, i) => (
                <td class="num" key={i}>
                  {duration(v)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
