// The ladder: two lifelines, an arrow per segment, the TCP states of both ends down the sides.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Elision, Ladder, Message, Step } from "./format";
import { FieldTable } from "./messages";
import type { Store } from "./store";
import { bytes, count, duration, plural, words } from "./values";

const TITLES = ["TCP opens", "TLS handshake", "Data", "Close"];
const INTROS = [
  "Each side picks a random first sequence number (the client X, the server Y) and acknowledges the other's. An ACK names the next byte expected, and a SYN counts as one byte: hence X+1 and Y+1.",
  "Both sides agree on a version, a cipher suite and keys, and the server proves who it is.",
  "From here on the bytes belong to the application.",
  "Each direction is closed on its own. A FIN counts as one byte: the first FIN has number U and is acknowledged with U+1, the other side's has V and gets V+1. A RST ends both directions at once.",
];
const TALLEST = 1400; // pixels all pauses together take when drawn to time
const [FIN, SYN, RST] = [1, 2, 4];

type Mode = "even" | "time";

export function LadderView({ store, row, ladder }: { store: Store; row: number; ladder: Ladder }) {
  const [mode, setMode] = useState<Mode>("even");
  const [spoken, setSpoken] = useState(true);
  const last = ladder.steps.reduce((t, s) => Math.max(t, s.at ?? 0), 0);
  const scale = last > 0 ? TALLEST / last : 0;
  return (
    <section class="card ladder" aria-labelledby="ladder-title">
      <div class="row">
        <h3 id="ladder-title">
          Step by step <small>{plural(ladder.steps.length, "segment")}</small>
        </h3>
        <fieldset class="choice">
          <legend class="hidden">Draw</legend>
          {(["even", "time"] as Mode[]).map((m) => (
            <label key={m}>
              <input type="radio" name="mode" checked={mode === m} onChange={() => setMode(m)} /> {m === "even" ? "evenly" : "to time"}
            </label>
          ))}
        </fieldset>
        <label>
          <input type="checkbox" checked={spoken} onChange={() => setSpoken(!spoken)} /> explain each step
        </label>
      </div>
      <div class="ends">
        <span class="client">
          <b>Client</b> {store.endpoint("client", row)}
        </span>
        <span class="server">
          <b>Server</b> {store.endpoint("server", row)}
        </span>
      </div>
      <ol class="steps">
        {runsOf(ladder.steps).map(({ from, to, plain }) => {
          const steps = (): ComponentChildren => ladder.steps.slice(from, to).map((s, k) => {
            const before = ladder.steps[from + k - 1];
            return <ChapterStep key={from + k} store={store} row={row} step={s} before={before} explain={spoken} gap={mode === "time" ? pause(s, before) * scale : 0} />;
          });
          return plain ? <Folded key={from} steps={ladder.steps.slice(from, to)}>{steps}</Folded> : steps();
        })}
        {ladder.after[0] > 0 && <Left elision={ladder.after} />}
      </ol>
      <p class="dim">
        Times are the capture's: it sees a segment when it passes, not when it arrives. Numbers in brackets are absolute, as on
        the wire; the others count from each side's first sequence number.
      </p>
    </section>
  );
}

const pause = (s: Step, before?: Step): number => Math.max(0, (s.at ?? 0) - (before?.at ?? 0));

interface Run {
  from: number;
  to: number;
  plain: boolean;
}

const LONG_RUN = 6;

/** Data segments that tell nothing new are folded where many follow each other; the first of a chapter stays. */
function runsOf(steps: Step[]): Run[] {
  const dull = (i: number): boolean =>
    i > 0 && steps[i].section === 2 && steps[i - 1].section === 2 && steps[i].messages.length === 0 && steps[i].notes.length === 0 &&
    !steps[i].before && !(steps[i].flags & (SYN | FIN | RST)) && steps[i].cs === steps[i - 1].cs && steps[i].ss === steps[i - 1].ss;
  const runs: Run[] = [];
  for (let from = 0; from < steps.length; ) {
    let to = from;
    while (to < steps.length && dull(to) === dull(from)) ++to;
    runs.push({ from, to, plain: dull(from) && to - from >= LONG_RUN });
    from = to;
  }
  return runs;
}

function Folded({ steps, children }: { steps: Step[]; children: () => ComponentChildren }) {
  const [open, setOpen] = useState(false);
  const sent = (side: 0 | 1): number => steps.reduce((n, s) => n + (s.from === side ? s.len : 0), 0);
  const said = [sent(0) > 0 ? `${bytes(sent(0))} from the client` : "", sent(1) > 0 ? `${bytes(sent(1))} from the server` : ""];
  return (
    <>
      <li class="left-out">
        <span>
          <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "Fold" : "Show"} {plural(steps.length, "data segment")}
          </button>{" "}
          frames {steps[0].frame} to {steps[steps.length - 1].frame}
          {said.filter((t) => t).map((t) => `, ${t}`).join("")}
        </span>
      </li>
      {open && children()}
    </>
  );
}

interface StepProps {
  store: Store;
  row: number;
  step: Step;
  before?: Step;
  explain: boolean;
  gap: number;
}

function ChapterStep(p: StepProps) {
  const { step, before } = p;
  const begins = !before || before.section !== step.section;
  const kind = step.section === 3 ? p.store.text("close_kind", p.row) : "";
  const service = p.store.text("service", p.row);
  const title = step.section === 1 && service && service !== "tls" ? `${service.toUpperCase()} handshake` : TITLES[step.section];
  return (
    <>
      {begins && (
        <li class="chapter">
          <h4>
            {title}
            {kind && ` (${words(kind)})`}
          </h4>
          {p.explain && <p>{INTROS[step.section]}</p>}
        </li>
      )}
      {step.before && <Left elision={step.before} />}
      <StepRow {...p} />
    </>
  );
}

function Left({ elision: [segments, client, server] }: { elision: Elision }) {
  return (
    <li class="left-out">
      <span>
        ⋮ {plural(segments, "segment")} left out
        {client > 0 && `, ${bytes(client)} from the client`}
        {server > 0 && `, ${bytes(server)} from the server`}
      </span>
    </li>
  );
}

function StepRow({ step: s, before, explain, gap }: StepProps) {
  const odd = s.notes.length > 0;
  const tone = s.flags & RST ? "rst" : s.flags & (SYN | FIN) ? "control" : s.messages.length > 0 ? "hello" : "plain";
  return (
    <li class={`step ${s.from === 0 ? "client" : "server"} ${tone} ${odd ? "odd" : ""}`} style={gap > 1 ? { paddingTop: `${gap}px` } : undefined}>
      <State name={s.cs} changed={!before || before.cs !== s.cs} side="client" />
      <div class="lane">
        <p class="when">
          frame {s.frame}
          {s.at !== null && <> · {duration(s.at / 1000)}</>}
          {s.at !== null && before?.at != null && <> · {s.at >= before.at ? "+" : "−"}{duration(Math.abs(s.at - before.at) / 1000)}</>}
        </p>
        <p class="label">
          <b>[{s.flagNames}]</b> {s.messages.length > 0 && <strong>{names(s.messages)}</strong>} {s.seqSym} {s.ackSym && <span>{s.ackSym}</span>}{" "}
          {s.len > 0 && <span>{plural(s.len, "byte")}</span>}
        </p>
        <Arrow right={s.from === 0} />
        <p class="numbers">{numbers(s)}</p>
        {s.notes.map((n) => (
          <p key={n} class="oddity">
            ⚠ {n}
          </p>
        ))}
        {explain && s.say && <p class="say">{s.say}</p>}
        {s.messages.map((m, i) => (
          <MessageLine key={i} message={m} explain={explain} />
        ))}
      </div>
      <State name={s.ss} changed={!before || before.ss !== s.ss} side="server" />
    </li>
  );
}

function names(messages: Message[]): string {
  const short = messages.map((m) => m.name);
  return [...new Set(short)].map((n) => { const k = short.filter((x) => x === n).length; return k > 1 ? `${k} × ${n}` : n; }).join(", ");
}

function numbers(s: Step): string {
  const one = (name: string, relative: number, absolute: number): string =>
    relative >= 0 ? `${name} ${relative} (${absolute})` : `${name} ${absolute}`;
  const parts = [one("seq", s.rseq, s.seq)];
  if (s.flags & 0x10) parts.push(one("ack", s.rack, s.ack));
  parts.push(`length ${s.len}`, `window ${count(s.win)}${s.scaled ? " (scaled)" : ""}`);
  if (s.opt) parts.push(s.opt);
  return parts.join(", ");
}

function State({ name, changed, side }: { name: string; changed: boolean; side: string }) {
  return (
    <div class={`state ${side} ${changed ? "changed" : ""}`}>
      {name && <span class={changed ? "" : "hidden"}>{name}</span>}
    </div>
  );
}

function Arrow({ right }: { right: boolean }) {
  return (
    <div class={right ? "arrow right" : "arrow left"} aria-label={right ? "client to server" : "server to client"} role="img">
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        <line x1={right ? 0 : 100} y1="1" x2={right ? 100 : 0} y2="8" />
      </svg>
    </div>
  );
}

function MessageLine({ message: m, explain }: { message: Message; explain: boolean }) {
  const title = (
    <>
      <b>{m.name}</b>
      {m.inferred && <small> inferred</small>}
      {m.first !== 0 && m.first !== m.last && <small> frames {m.first} to {m.last}</small>}
    </>
  );
  if (m.fields.length === 0)
    return (
      <p class="message">
        {title} {explain && m.say}
      </p>
    );
  return (
    <details class="message">
      <summary>
        {title} {explain && <span>{m.say}</span>}
      </summary>
      <FieldTable message={m} />
    </details>
  );
}
