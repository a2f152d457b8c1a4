// Which spans are drawn as bars, and where each begins: from the declarations, not from names.
import type { Declaration, SpanDeclaration } from "./format";
import type { Column, Store } from "./store";

export interface Phase {
  span: SpanDeclaration;
  column: Column;
  label: string;
  color: string; // CSS class
}

export interface Bar {
  phase: Phase;
  from: number; // microseconds since the connection's first packet
  length: number;
}

const LABELS: Record<string, string> = {
  connect_ms: "TCP connect",
  client_wait_ms: "Client wait",
  hello_ms: "ClientHello",
  server_hello_ms: "Server hello",
  server_flight_ms: "Server flight",
  client_finish_ms: "Client finish",
  server_finish_ms: "Server finish",
  tls_ms: "TLS handshake",
  ttfb_ms: "First byte",
};

export function spanLabel(d: Declaration): string {
  return LABELS[d.name] ?? d.name.replace(/_ms$/, "").replace(/_/g, " ");
}

/** The chain of phases, what leads to it, and the summed-up spans that do not cover it. */
export function phasesOf(store: Store): Phase[] {
  const spans = store.header.spans.filter((s) => store.column(s.column));
  const chain = spans.filter((s) => s.phase);
  const before: SpanDeclaration[] = [];
  for (let head = chain[0]?.from; head; ) {
    const lead = spans.find((s) => !s.phase && s.to === head && !before.includes(s));
    if (!lead) break;
    before.unshift(lead);
    head = lead.from;
  }
  const inside = new Set(chain.flatMap((s) => [s.from]));
  const taken = new Set([...before, ...chain]);
  const after = spans.filter(
    (s) => !taken.has(s) && store.column(s.column)!.declaration.summary === "percentiles" && !inside.has(s.from),
  );
  return [...before, ...chain, ...after].map((span, i) => {
    const column = store.column(span.column)!;
    return { span, column, label: spanLabel(column.declaration), color: `p${i % 8}` };
  });
}

/** The bars of one connection. A span whose beginning is not known follows the bar before it. */
export function barsOf(store: Store, phases: Phase[], row: number): Bar[] {
  const at = new Map<string, number>();
  const bars: Bar[] = [];
  let end = 0;
  for (const phase of phases) {
    const length = phase.column.values[row];
    if (Number.isNaN(length)) continue;
    let from = at.get(phase.span.from);
    if (from === undefined) {
      const anchor = store.anchor(phase.span.from)?.[row];
      from = anchor !== undefined && !Number.isNaN(anchor) ? anchor : end;
    }
    at.set(phase.span.from, from);
    at.set(phase.span.to, from + length);
    bars.push({ phase, from, length });
    end = from + length;
  }
  return bars;
}

/** Where the last bar ends. */
export const extent = (bars: Bar[]): number => bars.reduce((most, b) => Math.max(most, b.from + b.length), 0);
