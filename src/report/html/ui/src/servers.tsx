// Per server: how it does, and how long its certificate was good for when the capture was made.
import { useMemo, useState } from "preact/hooks";
import type { Props } from "./app";
import { quote, withTerm } from "./filter";
import { percentile } from "./stats";
import type { Store } from "./store";
import { count, date, duration } from "./values";

interface Server {
  name: string;
  byName: boolean;
  connections: number;
  complete: number;
  failed: number;
  connect: number[];
  tls: number[];
  versions: Set<string>;
  notAfter: number; // microseconds since the page's start; NaN: unknown
  seen: number;
}

type Key = "connections" | "failed" | "connect50" | "connect95" | "tls50" | "tls95" | "days" | "name";

const DAY = 86_400e6;

function serversOf(store: Store, rows: Uint32Array): Server[] {
  const sni = store.column("sni");
  const ip = store.column("server_ip");
  const connect = store.column("connect_ms")?.values;
  const tls = store.column("tls_ms")?.values;
  const after = store.column("cert_not_after");
  const ts = store.column("ts")?.values;
  const outcome = store.column("outcome");
  const version = store.column("version");
  const servers = new Map<string, Server>();
  for (const row of rows) {
    const byName = !!sni && !sni.empty && sni.has(row);
    const name = byName ? sni.text(row) : ip?.text(row) || "?";
    const key = (byName ? "n" : "a") + name;
    let s = servers.get(key);
    if (!s) {
      s = { name, byName, connections: 0, complete: 0, failed: 0, connect: [], tls: [], versions: new Set(), notAfter: NaN, seen: NaN };
      servers.set(key, s);
    }
    ++s.connections;
    const end = outcome?.text(row) ?? "";
    if (end === "complete") ++s.complete;
    else if (!["closed", "open", "incomplete", ""].includes(end)) ++s.failed;
    if (connect && connect[row] === connect[row]) s.connect.push(connect[row]);
    if (tls && tls[row] === tls[row]) s.tls.push(tls[row]);
    if (version && !version.empty && version.has(row)) s.versions.add(version.text(row));
    if (after && !after.empty && after.has(row)) {
      s.notAfter = after.values[row];
      s.seen = ts ? ts[row] : 0;
    }
  }
  const list = [...servers.values()];
  for (const s of list) {
    s.connect.sort((a, b) => a - b);
    s.tls.sort((a, b) => a - b);
  }
  return list;
}

const daysLeft = (s: Server): number => Math.floor((s.notAfter - s.seen) / DAY);

function valueOf(s: Server, key: Key): number | string {
  switch (key) {
    case "name":
      return s.name;
    case "connections":
      return s.connections;
    case "failed":
      return s.failed;
    case "connect50":
      return percentile(s.connect, 50);
    case "connect95":
      return percentile(s.connect, 95);
    case "tls50":
      return percentile(s.tls, 50);
    case "tls95":
      return percentile(s.tls, 95);
    case "days":
      return -daysLeft(s);
  }
}

function Certificate({ server, start }: { server: Server; start: number | null }) {
  if (Number.isNaN(server.notAfter)) return <span class="dim">not seen</span>;
  const days = daysLeft(server);
  const text = days < 0 ? `expired ${count(-days)} days before` : `${count(days)} days`;
  return (
    <span class={days < 0 ? "bad" : days < 21 ? "warn" : ""} title={start === null ? "" : `until ${date(server.notAfter + start)}`}>
      {text}
    </span>
  );
}

const HEADS: [Key, string, string][] = [
  ["name", "Server", "Name the client asked for, or address"],
  ["connections", "Connections", ""],
  ["failed", "Failed", "Refused, unanswered, or the handshake failed"],
  ["connect50", "Connect p50", ""],
  ["connect95", "p95", "of the TCP connect time"],
  ["tls50", "TLS p50", ""],
  ["tls95", "p95", "of the TLS handshake time"],
  ["days", "Certificate left", "Days the certificate was still valid when the capture was made; TLS 1.3 hides it"],
];

export function Servers({ store, rows, filter, setFilter }: Props) {
  const [sort, setSort] = useState<Key>("connections");
  const [most, setMost] = useState(12);
  const servers = useMemo(() => serversOf(store, rows), [store, rows]);
  const sorted = useMemo(() => {
    const value = (s: Server): number | string => valueOf(s, sort);
    return [...servers].sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      if (typeof x === "string") return x < (y as string) ? -1 : 1;
      return (Number.isNaN(y as number) ? -Infinity : (y as number)) - (Number.isNaN(x) ? -Infinity : x);
    });
  }, [servers, sort]);
  if (servers.length === 0) return null;
  return (
    <section class="card" aria-labelledby="servers-title">
      <h2 id="servers-title">
        Servers <small>{count(servers.length)}; sorted by the marked column, most first</small>
      </h2>
      <div class="scroll" tabIndex={0} role="region" aria-label="Servers">
        <table class="plain">
          <thead>
            <tr>
              {HEADS.map(([key, label, title]) => (
                <th key={key} scope="col" class={key === "name" ? "" : "num"} aria-sort={sort === key ? (key === "name" ? "ascending" : "descending") : undefined}>
                  <button type="button" class="sort" title={title} onClick={() => setSort(key)}>
                    {label}
                    {sort === key ? " ▾" : ""}
                  </button>
                </th>
              ))}
              <th scope="col">Versions</th>
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, most).map((s) => (
              <tr key={(s.byName ? "n" : "a") + s.name}>
                <th scope="row">
                  <button type="button" class="link" title={s.name} onClick={() => setFilter(withTerm(filter, s.byName ? "sni" : "server_ip", "=", quote(s.name)))}>
                    {s.name}
                  </button>
                </th>
                <td class="num">{count(s.connections)}</td>
                <td class={`num ${s.failed > 0 ? "bad" : "dim"}`}>{count(s.failed)}</td>
                {[percentile(s.connect, 50), percentile(s.connect, 95), percentile(s.tls, 50), percentile(s.tls, 95)].map((v, i) => (
                  <td key={i} class="num">{duration(v)}</td>
                ))}
                <td class="num"><Certificate server={s} start={store.header.start} /></td>
                <td>{[...s.versions].sort().join(", ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {servers.length > most && (
        <button type="button" class="more" onClick={() => setMost(most + 100)}>
          {count(Math.min(100, servers.length - most))} more
        </button>
      )}
    </section>
  );
}
