// How often each value came, with the median handshake; a click filters.
import { useMemo, useState } from "preact/hooks";
import type { Props } from "./app";
import { hasTerm, quote, withTerm } from "./filter";
import { binnedPercentile, percentile } from "./stats";
import { LIST_SEPARATOR, type Column, type Store } from "./store";
import { count, duration, share, words } from "./values";

const ALWAYS = ["version", "cipher", "group", "alpn", "sni", "server_ip", "cert_issuer", "ja4", "outcome", "close_kind"];
const TITLES: Record<string, string> = {
  version: "TLS version", cipher: "Cipher suite", group: "Key exchange group", alpn: "ALPN", sni: "Server name (SNI)",
  server_ip: "Server address", cert_issuer: "Certificate issuer", ja4: "Client fingerprint (JA4)", outcome: "Outcome",
  close_kind: "Close",
};
const SHOWN = 7;

interface Group {
  text: string;
  connections: number;
  median: number; // of tls_ms; NaN: none
  times: number[];
}

/** The known ones, then every column that is declared to be counted. */
function columnsOf(store: Store): Column[] {
  const more = store.columns.filter((c) => c.declaration.summary === "count" && !ALWAYS.includes(c.name)).map((c) => c.name);
  return [...ALWAYS, ...more].map((n) => store.column(n)).filter((c): c is Column => !!c && !c.empty && !c.dropped);
}

function groupsOf(store: Store, column: Column, rows: Uint32Array): Group[] {
  const tls = store.column("tls_ms");
  const times = tls && !tls.empty ? tls.values : undefined;
  const groups = new Map<string, Group>();
  const add = (text: string, row: number): void => {
    let g = groups.get(text);
    if (!g) groups.set(text, (g = { text, connections: 0, median: NaN, times: [] }));
    ++g.connections;
    if (times && times[row] === times[row]) g.times.push(times[row]);
  };
  // Server names: DNS does not tell capitals apart, nor does the filter.
  const shown = (v: number): string => (column.name === "sni" ? column.show(v).toLowerCase() : column.show(v));
  const values = column.values;
  for (const row of rows) {
    const v = values[row];
    if (v !== v) continue;
    if (!column.isList) add(shown(v), row);
    else for (const item of column.texts[v].split(LIST_SEPARATOR)) add(item, row);
  }
  const list = [...groups.values()].sort((a, b) => b.connections - a.connections || (a.text < b.text ? -1 : 1));
  for (const g of list.slice(0, 500)) g.median = percentile(g.times.sort((a, b) => a - b), 50);
  return list;
}

export const isPostQuantum = (group: string): boolean => /mlkem|kyber|sntrup/i.test(group);

function Breakdown({ column, store, rows, filter, setFilter }: Props & { column: Column }) {
  const [open, setOpen] = useState(false);
  const all = filter === "" ? store.header.all?.counted[column.name] : undefined;
  const groups = useMemo(
    () =>
      all
        ? all.values.map(([text, connections, , , tls]) => ({ text, connections, median: binnedPercentile(tls, 50), times: [] }))
        : groupsOf(store, column, rows),
    [store, column, rows, all],
  );
  const total = all ? store.header.connections : rows.length;
  const most = groups[0]?.connections ?? 1;
  const title = TITLES[column.name] ?? (column.declaration.heading || words(column.name).replace(/^./, (c) => c.toUpperCase()));
  const seen = groups.reduce((n, g) => n + g.connections, 0) + (all?.other ?? 0);
  return (
    <section class="card breakdown" aria-label={title}>
      <h3 title={column.declaration.meaning}>{title}</h3>
      <table>
        <thead class="hidden">
          <tr>
            <th scope="col">{title}</th>
            <th scope="col">connections</th>
            <th scope="col">share</th>
            <th scope="col">median TLS handshake</th>
          </tr>
        </thead>
        <tbody>
          {groups.slice(0, open ? 200 : SHOWN).map((g) => {
            const term: [string, string, string] = [column.name, "=", quote(g.text)];
            return (
              <tr key={g.text}>
                <th scope="row">
                  <button type="button" class="link" title={g.text} aria-pressed={hasTerm(filter, ...term)}
                    onClick={() => setFilter(withTerm(filter, ...term))}>
                    {g.text === "" ? "(empty)" : g.text}
                  </button>
                  {column.name === "group" && isPostQuantum(g.text) && <abbr class="pq" title="post-quantum hybrid">PQ</abbr>}
                </th>
                <td class="num">{count(g.connections)}</td>
                <td class="num share">
                  <Meter value={g.connections / most} /> {share(g.connections, total)}
                </td>
                <td class="num dim">{Number.isNaN(g.median) ? "" : duration(g.median)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {seen < total && !column.isList && <p class="dim">{count(total - seen)} without</p>}
      {groups.length > SHOWN && (
        <button type="button" class="more" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Fewer" : groups.length > 200 ? `The first 200 of ${count(groups.length)}` : `All ${count(groups.length)}`}
        </button>
      )}
    </section>
  );
}

export function Meter({ value }: { value: number }) {
  return (
    <svg class="meter" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="8" rx="2" />
      <rect class="fill" width={Math.max(1, 100 * value)} height="8" rx="2" />
    </svg>
  );
}

export function Breakdowns(props: Props) {
  const columns = useMemo(() => columnsOf(props.store), [props.store]);
  if (columns.length === 0) return null;
  return (
    <section aria-labelledby="breakdowns-title">
      <h2 id="breakdowns-title">
        What was negotiated, with whom <small>count · share · median TLS handshake; a click filters</small>
      </h2>
      <div class="grid">
        {columns.map((c) => (
          <Breakdown key={c.name} column={c} {...props} />
        ))}
      </div>
    </section>
  );
}
