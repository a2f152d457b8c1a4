// What the C++ writer puts into the page: html.cpp, row_store.cpp, schema_json.cpp, ladder_json.cpp.

export type ColumnType = "text" | "texts" | "integer" | "boolean" | "code" | "codes" | "time" | "millis" | "number";

export interface Declaration {
  name: string;
  type: ColumnType;
  unit: string;
  meaning: string;
  group: string;
  heading: string;
  priority: number;
  summary: "none" | "count" | "percentiles";
}

/** Where a column's bytes lie and how to undo their packing. */
export interface Packing {
  present: number;
  dropped?: boolean;
  at: number;
  base: "zero" | "previous" | "column";
  scale: number;
  width: number;
  /** Of base "column": what it is stored as the difference to, columns and signs. Without: the frame column before. */
  sum?: [number, number][];
  texts?: number;
  textBytes?: number;
}

export interface SpanDeclaration {
  column: string;
  from: string;
  to: string;
  phase: boolean;
}

export type Severity = "none" | "note" | "low" | "medium" | "high";

/** name, connections, completed, bins of connect_ms, bins of tls_ms (bin number, count, ...). */
export type AggregateGroup = [string, number, number, number[], number[]];

/** Counts over all connections: only where the page does not hold all of them. */
export interface Aggregates {
  measured: Record<string, { n: number; p: [number, number, number]; bins: number[] }>;
  counted: Record<string, { other: number; values: AggregateGroup[] }>;
  anomalies: [string, Severity, number][];
  diagnoses: [string, Severity, number][];
}

export interface Header {
  format: number;
  program: string;
  command: string;
  inputs: string[];
  frames: number;
  connections: number;
  rows: number;
  mostLadders: number;
  start: number | null; // microseconds since 1970; times of the rows count from here
  firstTime: number | null;
  lastTime: number | null;
  problems: string[];
  accounting: { name: string; total: number; parts: [string, number][] }[];
  schema: Declaration[];
  marks: [string, string][];
  spans: SpanDeclaration[];
  anomalies: [string, Severity, string][];
  ladders: number[][]; // streams per chunk
  columns: Packing[];
  anchors: { mark: string; data: Packing }[];
  all?: Aggregates;
}

/** name, value, meaning, depth, full length of the value. */
export type Field = [string, string, string, number, number];

export interface Message {
  from: 0 | 1;
  name: string;
  say: string;
  first: number;
  last: number;
  at: number | null;
  inferred?: boolean;
  fields: Field[];
}

/** segments, bytes of the client, bytes of the server that are not shown. */
export type Elision = [number, number, number];

export interface Step {
  frame: number;
  at: number | null; // nanoseconds since the connection's first packet
  from: 0 | 1;
  flags: number;
  flagNames: string;
  seq: number;
  ack: number;
  rseq: number;
  rack: number;
  len: number;
  win: number;
  scaled: boolean;
  opt: string;
  cs: string;
  ss: string;
  notes: string[];
  say: string;
  section: 0 | 1 | 2 | 3;
  seqSym: string;
  ackSym: string;
  before?: Elision;
  messages: Message[];
}

export interface Ladder {
  stream: number;
  steps: Step[];
  after: Elision;
  marks: [string, number | null, number, boolean, boolean][];
  anomalies: [string, number, number][];
  texts: Record<string, string>;
  evidence: number[];
  explain: string;
}
