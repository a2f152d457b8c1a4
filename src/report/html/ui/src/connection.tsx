// One connection: what happened, where the time went, the ladder, the hellos field by field, every column.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Props } from "./app";
import { Copy } from "./copy";
import { Facts } from "./facts";
import type { Ladder } from "./format";
import { LadderView } from "./ladder";
import { Messages } from "./messages";
import { barsOf, extent, type Bar, type Phase } from "./phases";
import type { Store } from "./store";
import { count, duration, moment, plural, words } from "./values";

interface ViewProps extends Props {
  phases: Phase[];
  stream: number;
  close: () => void;
}

type Loaded = "loading" | Ladder | undefined;

function useLadder(store: Store, stream: number): Loaded {
  const [ladder, set] = useState<Loaded>("loading");
  useEffect(() => {
    let current = true;
    void store.ladder(stream).then((l) => current && set(l));
    return () => {
      current = false;
    };
  }, [store, stream]);
  return ladder;
}

export function ConnectionView({ store, rows, phases, stream, close, open }: ViewProps) {
  const row = store.row(stream);
  const ladder = useLadder(store, stream);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  useEffect(() => {
    const key = (e: KeyboardEvent): void => {
      if (e.key === "Escape") close();
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, []);
  const position = row === undefined ? -1 : rows.indexOf(row);
  const neighbour = (step: number): number | null =>
    position >= 0 && rows[position + step] !== undefined ? store.stream(rows[position + step]) : null;
  const previous = neighbour(-1);
  const next = neighbour(1);
  return (
    <main class="connection">
      <nav class="row" aria-label="Connections">
        <button type="button" onClick={close}>
          ← All connections
        </button>
        <button type="button" disabled={previous === null} onClick={() => previous !== null && open(previous)}>
          Previous
        </button>
        <button type="button" disabled={next === null} onClick={() => next !== null && open(next)}>
          Next
        </button>
        {position >= 0 && (
          <span class="dim">
            {count(position + 1)} of {count(rows.length)} {rows.length < store.rows ? "that match the filter" : ""}
          </span>
        )}
      </nav>
      <h2 class="big" tabIndex={-1} ref={title}>
        Connection {stream}
        {row !== undefined && store.text("sni", row) ? ` to ${store.text("sni", row)}` : ""}
      </h2>
      {row === undefined ? (
        <p>
          This connection is not in the page, which holds {count(store.rows)} of {count(store.header.connections)}. Ask for it
          with <code>tlsscope … --explain {stream}</code>.
        </p>
      ) : (
        <Body store={store} phases={phases} row={row} ladder={ladder} />
      )}
    </main>
  );
}

function Body({ store, phases, row, ladder }: { store: Store; phases: Phase[]; row: number; ladder: Loaded }) {
  const bars = barsOf(store, phases, row);
  const found = typeof ladder === "object" ? ladder : undefined;
  return (
    <>
      <Summary store={store} row={row} ladder={found} />
      <Phases bars={bars} ladder={found} />
      {ladder === "loading" && <p role="status">Unpacking the steps…</p>}
      {ladder === undefined && (
        <section class="card">
          <h3>Step by step</h3>
          <p>
            The page holds the steps of {plural(store.ladderCount, "connection")} (at most {count(store.header.mostLadders)}):
            the worst findings and failures, the slowest, and the first. For this one ask{" "}
            <code>tlsscope … --explain {store.stream(row)}</code>.
          </p>
        </section>
      )}
      {found && <LadderView store={store} row={row} ladder={found} />}
      {found && <Messages ladder={found} />}
      <Facts store={store} row={row} texts={found?.texts ?? {}} />
      <Elsewhere store={store} row={row} ladder={found} />
    </>
  );
}

const NEGOTIATED = ["version", "cipher", "group", "alpn", "resumption_kind", "cert_subject"];

function Summary({ store, row, ladder }: { store: Store; row: number; ladder?: Ladder }) {
  const severity = store.text("severity", row) || "none";
  const outcome = store.text("outcome", row);
  const ts = store.number("ts", row);
  const anomalies = store.column("anomalies")?.items(row) ?? [];
  return (
    <section class="card summary" aria-label="Summary">
      <p class="who">
        {store.endpoint("client", row)} → {store.endpoint("server", row)}
        {!Number.isNaN(ts) && store.header.start !== null && <span class="dim"> · {moment(ts + store.header.start)}</span>}
      </p>
      <p>
        <span class={`badge ${severity === "none" || severity === "note" ? "ok" : severity}`}>{outcome}</span>{" "}
        {NEGOTIATED.map((n) => store.text(n, row))
          .filter((t) => t !== "")
          .join(" · ")}
      </p>
      {store.text("diagnosis", row) && (
        <p class="diagnosis">
          {store.text("diagnosis", row)}
          {ladder && ladder.evidence.length > 0 && <span class="dim"> (frames {ladder.evidence.join(", ")})</span>}
        </p>
      )}
      {anomalies.length > 0 && (
        <ul class="findings">
          {anomalies.map((name) => {
            const known = store.header.anomalies.find((a) => a[0] === name);
            const seen = ladder?.anomalies.find((a) => a[0] === name);
            return (
              <li key={name}>
                <span class={`badge ${known?.[1] ?? "none"}`}>{known?.[1] ?? "none"}</span>
                <div class="what">
                  <b>{words(name)}</b> {known?.[2]}
                  {seen && <span class="dim"> {seen[1] > 1 ? `${count(seen[1])} times, first in frame` : "Frame"} {seen[2]}.</span>}
                </div>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

function Phases({ bars, ladder }: { bars: Bar[]; ladder?: Ladder }) {
  const scale = extent(bars);
  if (bars.length === 0) return null;
  const inferred = (b: Bar): boolean =>
    ladder?.marks.some((m) => (m[0] === b.phase.span.from || m[0] === b.phase.span.to) && m[3]) ?? false;
  return (
    <section class="card" aria-labelledby="time-title">
      <h3 id="time-title">
        Where the time went <small>{duration(scale)} from the first packet to the end of the last bar</small>
      </h3>
      <table class="phases">
        <tbody>
          {bars.map((b) => (
            <tr key={b.phase.span.column} title={b.phase.column.declaration.meaning}>
              <th scope="row">
                {b.phase.label}
                {inferred(b) && <small> inferred</small>}
              </th>
              <td class="num">{duration(b.length)}</td>
              <td class="lane">
                <svg viewBox="0 0 1000 14" preserveAspectRatio="none" aria-hidden="true">
                  <rect class={b.phase.color} x={scale ? (1000 * b.from) / scale : 0} width={Math.max(3, scale ? (1000 * b.length) / scale : 0)} height="14" />
                </svg>
              </td>
              <td class="meaning">{b.phase.column.declaration.meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const shellWord = (t: string): string => (/^[\w./:=@%+,-]+$/.test(t) ? t : `'${t.replace(/'/g, "'\\''")}'`);

/** The same packets in other tools. */
function Elsewhere({ store, row, ladder }: { store: Store; row: number; ladder?: Ladder }) {
  const h = store.header;
  const stream = store.stream(row);
  const one = h.inputs.length === 1 && h.inputs[0] !== "-";
  const ip = (side: string): string => store.text(`${side}_ip`, row);
  const field = ip("server").includes(":") ? "ipv6.addr" : "ip.addr";
  const ports = ["client", "server"].map((s) => store.text(`${s}_port`, row)).filter((p) => p !== "");
  const pair = `${field} == ${ip("client")} && ${field} == ${ip("server")}` + ports.map((p) => ` && tcp.port == ${p}`).join("");
  const frames = ladder?.steps.map((s) => s.frame) ?? [];
  const lines: [string, string][] = [];
  if (one) lines.push(["This connection", `tshark -r ${shellWord(h.inputs[0])} -Y 'tcp.stream == ${stream}'`]);
  lines.push(["Display filter", one ? `tcp.stream == ${stream}` : pair]);
  if (one) lines.push(["By address", pair]);
  if (frames.length > 0 && frames.length <= 60) lines.push(["By frame", `frame.number in {${frames.join(", ")}}`]);
  return (
    <section class="card" aria-labelledby="elsewhere-title">
      <h3 id="elsewhere-title">The same packets in Wireshark and tshark</h3>
      {lines.map(([label, text]) => (
        <p key={label} class="paste">
          <span>{label}</span> <code>{text}</code> <Copy text={text} what={label} />
        </p>
      ))}
      {ladder && (
        <details>
          <summary>All of this as text (--explain)</summary>
          <p>
            <Copy text={ladder.explain} what="the text" label="Copy as text" />
          </p>
          <pre tabIndex={0}>{ladder.explain}</pre>
        </details>
      )}
    </section>
  );
}
