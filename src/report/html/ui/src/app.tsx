import type { ComponentChildren } from "preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { Breakdowns } from "./breakdowns";
import { Connections } from "./connections";
import { ConnectionView } from "./connection";
import { Distributions } from "./distributions";
import { parseFilter } from "./filter";
import { FilterBox } from "./filter_box";
import { Findings } from "./findings";
import { Head } from "./head";
import { Panel } from "./panel";
import { PhaseBars } from "./phase_bars";
import { phasesOf } from "./phases";
import { Servers } from "./servers";
import type { Store } from "./store";
import { Tiles } from "./tiles";
import { useView } from "./view";

export interface Props {
  store: Store;
  rows: Uint32Array; // those the filter lets through, in order of first packet
  filter: string;
  setFilter: (filter: string) => void;
  open: (stream: number) => void;
}

const FEW = 12; // connections: the table comes before the curves
const LEAST_FOR_CURVES = 3;

function allRows(n: number): Uint32Array {
  const rows = new Uint32Array(n);
  for (let i = 0; i < n; ++i) rows[i] = i;
  return rows;
}

export function App({ store }: { store: Store }) {
  const [view, change] = useView();
  const every = useMemo(() => allRows(store.rows), [store]);
  const parsed = useMemo(() => parseFilter(store, view.filter), [store, view.filter]);
  const rows = useMemo(() => (parsed.test ? every.filter(parsed.test) : every), [parsed, every]);
  const phases = useMemo(() => phasesOf(store), [store]);
  const scroll = useRef(0);

  const shown = view.connection;
  useLayoutEffect(() => scrollTo({ top: shown === null ? scroll.current : 0, behavior: "instant" }), [shown]);

  const open = (stream: number): void => {
    if (shown === null) scroll.current = scrollY;
    change({ connection: stream });
  };
  const setFilter = (filter: string): void => change({ filter });
  const props: Props = { store, rows, filter: view.filter, setFilter, open };
  const few = store.rows <= FEW;
  const table = <Connections key="table" {...props} phases={phases} view={view} change={change} />;
  const panel = (order: number, draw: (p: Props) => ComponentChildren) => (
    <Panel order={order} rows={rows}>
      {(settled) => draw({ ...props, rows: settled })}
    </Panel>
  );

  return (
    <>
      {shown === null && (
        <a class="skip" href="#connections" onClick={skipTo("connections")}>
          Skip to the connections
        </a>
      )}
      <Head store={store} small={shown !== null} />
      {shown !== null && (
        <ConnectionView key={shown} {...props} phases={phases} stream={shown} close={() => change({ connection: null })} />
      )}
      <main hidden={shown !== null}>
        <FilterBox store={store} filter={view.filter} error={parsed.error} rows={rows.length} setFilter={setFilter} />
        {panel(0, (p) => <Tiles {...p} />)}
        {panel(0, (p) => <Findings {...p} />)}
        {few && table}
        {store.rows >= LEAST_FOR_CURVES && panel(1, (p) => <Distributions {...p} />)}
        {panel(2, (p) => <PhaseBars {...p} phases={phases} />)}
        {!few && table}
        {panel(3, (p) => <Breakdowns {...p} />)}
        {panel(4, (p) => <Servers {...p} />)}
      </main>
      <footer hidden={shown !== null}>
        <p>
          Written by {store.header.program}. This page is complete: it loads nothing from the network and can be passed on
          as it is. Its link holds the filter and the connection shown.
        </p>
      </footer>
    </>
  );
}

const skipTo = (id: string) => (e: Event) => {
  e.preventDefault();
  const target = document.getElementById(id);
  target?.scrollIntoView();
  target?.focus();
};
