// The table of connections: only the rows in sight exist.
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from "@tanstack/virtual-core";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Props } from "./app";
import { Chooser } from "./chooser";
import { barsOf, extent, type Phase } from "./phases";
import { Legend } from "./phase_bars";
import { PrintTable } from "./print_table";
import { sortRows } from "./sort";
import { percentile } from "./stats";
import type { Column, Store } from "./store";
import type { View } from "./view";
import { clock, count, duration, words } from "./values";
import { Waterfall } from "./waterfall";

const ROW = 30; // pixels
const USUAL = ["stream", "ts", "client_ip", "sni", "server_ip", "version", "connect_ms", "tls_ms", "ttfb_ms", "outcome"];
const HEADINGS: Record<string, string> = {
  client_ip: "Client", server_ip: "Server", connect_ms: "Connect ms", tls_ms: "TLS ms", ttfb_ms: "TTFB ms",
};

export const headingOf = (c: Column): string => HEADINGS[c.name] ?? (c.declaration.heading || words(c.name));

/** What a cell says: shorter than CSV where the table has the date or the port nearby. */
export function cellText(store: Store, c: Column, row: number): string {
  if (c.name === "client_ip") return store.endpoint("client", row);
  if (c.name === "server_ip") return store.endpoint("server", row);
  if (c.name === "ts") return c.has(row) && store.header.start !== null ? clock(c.values[row] + store.header.start) : "";
  return c.text(row);
}

/** The virtualizer of TanStack, told to draw again through Preact. */
function useVirtual(length: number): [{ current: HTMLDivElement | null }, Virtualizer<HTMLDivElement, Element>] {
  const box = useRef<HTMLDivElement>(null);
  const [, again] = useState(0);
  const options = {
    count: length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 8,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => again((n) => n + 1),
  };
  const [virtual] = useState(() => new Virtualizer<HTMLDivElement, Element>(options));
  virtual.setOptions({ ...virtual.options, ...options });
  useEffect(() => virtual._didMount(), []);
  useEffect(() => virtual._willUpdate());
  return [box, virtual];
}

interface TableProps extends Props {
  phases: Phase[];
  view: View;
  change: (part: Partial<View>) => void;
}

export function Connections({ store, rows, phases, view, change, open }: TableProps) {
  const usual = USUAL.filter((n) => store.column(n) && !store.column(n)!.empty);
  const names = (view.columns ?? usual).filter((n) => store.column(n));
  const columns = names.map((n) => store.column(n)!);
  const sorted = useMemo(() => sortRows(store, rows, view.sort), [store, rows, view.sort]);
  const [own, setOwn] = useState(false);
  const [active, setActive] = useState(0);
  const [box, virtual] = useVirtual(sorted.length);
  const common = useMemo(() => {
    const all = Array.from(rows.length > 5000 ? rows.filter((_r, i) => i % Math.ceil(rows.length / 5000) === 0) : rows, (r) => extent(barsOf(store, phases, r)));
    return percentile(all.sort((a, b) => a - b), 75) || 1;
  }, [store, rows, phases]);
  useEffect(() => {
    setActive(0);
    virtual.scrollToOffset(0);
  }, [sorted]);

  const move = (to: number): void => {
    const next = Math.max(0, Math.min(sorted.length - 1, to));
    setActive(next);
    virtual.scrollToIndex(next);
  };
  const keys = (e: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 300) / ROW) - 2);
    const steps: Record<string, number> = {
      ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: sorted.length - 1,
    };
    if (e.target !== e.currentTarget && e.key !== "Escape") return;
    if (e.key in steps) {
      e.preventDefault();
      move(steps[e.key]);
    } else if (e.key === "Enter" && sorted.length > 0) {
      e.preventDefault();
      open(store.stream(sorted[active]));
    }
  };
  const sortBy = (name: string): void => change({ sort: view.sort === name ? "-" + name : view.sort === "-" + name ? "stream" : name });
  const widths = columns.map((c) => `${widthOf(c)}px`).join(" ") + " minmax(150px, 1fr)";
  const total = columns.reduce((n, c) => n + widthOf(c), 0) + 150;

  return (
    <section class="card connections" aria-labelledby="connections-title">
      <div class="row">
        <h2 id="connections-title">
          Connections <small>{count(rows.length)}; Enter or a click opens one</small>
        </h2>
        <label>
          <input type="checkbox" checked={own} onChange={() => setOwn(!own)} /> bars on their own scale
        </label>
        <Chooser store={store} chosen={names} set={(c) => change({ columns: c })} />
      </div>
      <Legend phases={phases.filter((p) => !p.column.empty)} />
      <div id="connections" class="table" ref={box} tabIndex={0} role="grid" style={{ height: sorted.length < 18 ? `${34 + ROW * Math.max(sorted.length, 2) + 16}px` : undefined }} aria-label="Connections" aria-rowcount={sorted.length + 1}
        aria-colcount={columns.length + 1} aria-activedescendant={sorted.length > 0 ? `row-${active}` : undefined} onKeyDown={keys}>
        <div class="thead" role="row" aria-rowindex={1} style={{ gridTemplateColumns: widths, minWidth: `${total}px` }}>
          {columns.map((c) => (
            <div key={c.name} role="columnheader" class={c.isNumeric ? "num" : ""}
              aria-sort={view.sort === c.name ? "ascending" : view.sort === "-" + c.name ? "descending" : "none"}>
              <button type="button" class="sort" title={`${c.name}: ${c.declaration.meaning}`} onClick={() => sortBy(c.name)}>
                {headingOf(c)}
                {view.sort === c.name ? " ▴" : view.sort === "-" + c.name ? " ▾" : ""}
              </button>
            </div>
          ))}
          <div role="columnheader">{own ? "Time, own scale" : common > 1 ? `Time, 0–${duration(common)}` : "Time"}</div>
        </div>
        <div class="tbody" role="rowgroup" style={{ height: `${virtual.getTotalSize()}px`, minWidth: `${total}px` }}>
          {virtual.getVirtualItems().map((item) => {
            const row = sorted[item.index];
            if (row === undefined) return null;
            const bars = barsOf(store, phases, row);
            return (
              <div key={row} id={`row-${item.index}`} role="row" aria-rowindex={item.index + 2} aria-selected={item.index === active}
                class={item.index === active ? "tr active" : "tr"} onClick={() => { setActive(item.index); open(store.stream(row)); }}
                style={{ gridTemplateColumns: widths, transform: `translateY(${item.start}px)` }}>
                {columns.map((c) => (
                  <Cell key={c.name} store={store} column={c} row={row} />
                ))}
                <div role="gridcell">
                  <Waterfall bars={bars} scale={own ? extent(bars) || 1 : common} />
                </div>
              </div>
            );
          })}
        </div>
      </div>
      {sorted.length === 0 && <p class="quiet">No connection matches the filter.</p>}
      <PrintTable store={store} rows={sorted} columns={columns} />
    </section>
  );
}

function widthOf(c: Column): number {
  if (c.name === "stream") return 58;
  if (c.name === "ts") return 132;
  if (c.name === "client_ip" || c.name === "server_ip") return 140;
  if (c.name === "cipher") return 260;
  if (c.name === "severity" || c.name === "outcome" || c.name === "version") return 82;
  if (c.declaration.type === "time") return 230;
  if (c.declaration.type === "boolean") return 70;
  return c.isText ? 150 : Math.max(86, 16 + 8 * headingOf(c).length);
}

function Cell({ store, column, row }: { store: Store; column: Column; row: number }) {
  const text = cellText(store, column, row);
  if (column.name === "severity" && text !== "")
    return (
      <div role="gridcell">
        <span class={`badge ${text}`}>{text}</span>
      </div>
    );
  const bad = column.name === "outcome" && !["complete", "closed", "open", "incomplete"].includes(text);
  return (
    <div role="gridcell" class={`${column.isNumeric ? "num" : ""} ${bad ? "bad" : ""}`} title={text.length > 12 ? text : undefined}>
      {text}
    </div>
  );
}
