// Sorting a hundred thousand rows between two frames.
import type { Store } from "./store";

/** The rows in the order of a column ("-" before it: descending); what was not seen comes last either way. */
export function sortRows(store: Store, rows: Uint32Array, sort: string): Uint32Array {
  const down = sort.startsWith("-");
  const column = store.column(down ? sort.slice(1) : sort);
  if (!column || column.empty || (column.name === "stream" && !down)) return rows;
  const rank = column.ranks;
  const out = new Uint32Array(rows.length);
  let seen = 0;
  let least = Infinity;
  let most = -Infinity;
  for (const row of rows) {
    const v = rank[row];
    if (v !== v) continue;
    out[seen++] = row;
    if (v < least) least = v;
    if (v > most) most = v;
  }
  const sorted = byNumber(out.subarray(0, seen), rank, least, most, down);
  out.set(sorted);
  for (const row of rows) if (rank[row] !== rank[row]) out[seen++] = row;
  return out;
}

/** Value and place in one number: numbers sort without calling a comparison. */
function byNumber(rows: Uint32Array, rank: Float64Array, least: number, most: number, down: boolean): Uint32Array {
  const n = rows.length;
  const fits = (most - least + 1) * n < Number.MAX_SAFE_INTEGER;
  if (!fits) return rows.slice().sort((a, b) => (down ? rank[b] - rank[a] : rank[a] - rank[b]) || a - b);
  const keys = new Float64Array(n);
  for (let i = 0; i < n; ++i) keys[i] = (down ? most - rank[rows[i]] : rank[rows[i]] - least) * n + i;
  keys.sort();
  return Uint32Array.from(keys, (k) => rows[k % n]);
}
