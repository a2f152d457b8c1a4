// The rows, column by column. A column is unpacked when it is first looked at.
import type { Declaration, Header, Ladder, Severity } from "./format";
import { readLadders, readNumbers, readTexts } from "./unpack";
import { exactMillis, moment } from "./values";

export const LIST_SEPARATOR = "\x1f";

export class Column {
  private numbers?: Float64Array;
  private dictionary?: string[];
  private ranked?: Float64Array;

  constructor(
    readonly declaration: Declaration,
    private readonly store: Store,
    private readonly index: number,
  ) {}

  get name(): string {
    return this.declaration.name;
  }
  get packing() {
    return this.store.header.columns[this.index];
  }
  get empty(): boolean {
    return this.packing.present === 0;
  }
  get dropped(): boolean {
    return this.packing.dropped === true;
  }
  get isText(): boolean {
    return !["integer", "boolean", "time", "millis"].includes(this.declaration.type);
  }
  get isList(): boolean {
    return this.declaration.type === "texts" || this.declaration.type === "codes";
  }
  get isNumeric(): boolean {
    return ["integer", "millis", "number"].includes(this.declaration.type);
  }

  /** Numbers; text columns: index into texts. NaN where nothing was seen. Durations and times are microseconds. */
  get values(): Float64Array {
    this.numbers ??= readNumbers(this.store.bytes, this.packing, this.store.rows, this.store.referenceOf(this.index));
    return this.numbers;
  }
  get texts(): string[] {
    this.dictionary ??= readTexts(this.store.bytes, this.packing, this.store.rows);
    return this.dictionary;
  }

  /** What rows are sorted by. */
  get ranks(): Float64Array {
    if (this.ranked) return this.ranked;
    if (!this.isText) return (this.ranked = this.values);
    const severities = this.name === "severity";
    const key = (t: string): string | number =>
      severities ? SEVERITIES.indexOf(t as Severity) : this.declaration.type === "number" ? Number(t) : t;
    const order = this.texts.map((t, i) => [key(t), i] as const).sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
    const rank = new Float64Array(this.texts.length);
    order.forEach(([, i], r) => (rank[i] = r));
    return (this.ranked = this.values.map((v) => (Number.isNaN(v) ? NaN : rank[v])));
  }

  has(row: number): boolean {
    return !Number.isNaN(this.values[row]);
  }

  /** As a person reads it; empty where nothing was seen. */
  text(row: number): string {
    const v = this.values[row];
    return Number.isNaN(v) ? "" : this.show(v);
  }

  show(v: number): string {
    if (this.isText) return this.isList ? this.texts[v].split(LIST_SEPARATOR).join(", ") : this.texts[v];
    switch (this.declaration.type) {
      case "boolean":
        return v === 1 ? "yes" : "no";
      case "millis":
        return exactMillis(v);
      case "time":
        return this.store.header.start === null ? "" : moment(v + this.store.header.start);
      default:
        return String(v);
    }
  }

  items(row: number): string[] {
    const v = this.values[row];
    return Number.isNaN(v) ? [] : this.texts[v].split(LIST_SEPARATOR);
  }
}

export const SEVERITIES: Severity[] = ["none", "note", "low", "medium", "high"];

export class Store {
  readonly columns: Column[];
  readonly rows: number;
  private readonly byName = new Map<string, Column>();
  private readonly rowOfStream = new Map<number, number>();
  private readonly chunkOfStream = new Map<number, number>();
  private readonly anchorTimes = new Map<string, Float64Array>();
  private readonly chunks = new Map<number, Promise<Ladder[]>>();

  constructor(
    readonly header: Header,
    readonly bytes: Uint8Array,
  ) {
    this.rows = header.rows;
    this.columns = header.schema.map((d, i) => new Column(d, this, i));
    for (const c of this.columns) this.byName.set(c.name, c);
    header.ladders.forEach((streams, chunk) => streams.forEach((s) => this.chunkOfStream.set(s, chunk)));
    const streams = this.column("stream");
    if (streams) for (let row = 0; row < this.rows; ++row) this.rowOfStream.set(streams.values[row], row);
  }

  column(name: string): Column | undefined {
    return this.byName.get(name);
  }
  text(name: string, row: number): string {
    return this.byName.get(name)?.text(row) ?? "";
  }
  number(name: string, row: number): number {
    const c = this.byName.get(name);
    return c && !c.isText ? c.values[row] : NaN;
  }
  row(stream: number): number | undefined {
    return this.rowOfStream.get(stream);
  }
  stream(row: number): number {
    return this.number("stream", row);
  }

  /** What Base::column adds: a sum of others, or the frame column before this one that every row has (RowStore::put). */
  referenceOf(index: number): Float64Array | undefined {
    const sum = this.columns[index].packing.sum;
    if (sum) return this.sumOf(sum);
    for (let i = index - 1; i >= 0; --i) {
      const c = this.columns[i];
      if (c.declaration.unit === "frame" && !c.isText && c.packing.present === this.rows) return c.values;
    }
    return undefined;
  }

  private sumOf(terms: [number, number][]): Float64Array {
    const out = new Float64Array(this.rows);
    for (const [column, sign] of terms) {
      const values = this.columns[column].values;
      for (let row = 0; row < out.length; ++row) if (!Number.isNaN(values[row])) out[row] += sign * values[row];
    }
    return out;
  }

  /** Microseconds from a connection's first packet to a mark no span leads to. */
  anchor(mark: string): Float64Array | undefined {
    const spec = this.header.anchors.find((a) => a.mark === mark);
    if (!spec) return undefined;
    let times = this.anchorTimes.get(mark);
    if (!times) this.anchorTimes.set(mark, (times = readNumbers(this.bytes, spec.data, this.rows)));
    return times;
  }

  hasLadder(stream: number): boolean {
    return this.chunkOfStream.has(stream);
  }
  get ladderCount(): number {
    return this.chunkOfStream.size;
  }
  async ladder(stream: number): Promise<Ladder | undefined> {
    const chunk = this.chunkOfStream.get(stream);
    if (chunk === undefined) return undefined;
    if (!this.chunks.has(chunk)) this.chunks.set(chunk, readLadders(chunk));
    return (await this.chunks.get(chunk)!).find((l) => l.stream === stream);
  }

  endpoint(side: "client" | "server", row: number): string {
    const ip = this.text(`${side}_ip`, row);
    const port = this.text(`${side}_port`, row);
    return port === "" ? ip : `${ip.includes(":") ? `[${ip}]` : ip}:${port}`;
  }
  /** What a person would call the server. */
  serverName(row: number): string {
    return this.text("sni", row) || this.endpoint("server", row);
  }
}
