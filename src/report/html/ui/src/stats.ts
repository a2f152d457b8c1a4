// Percentiles and histograms. Durations are microseconds; the bins are those of aggregates.h.

export const PER_DECADE = 16;
export const BINS = 9 * PER_DECADE;

export const binOf = (us: number): number =>
  Math.min(BINS - 1, Math.floor(Math.log10(Math.max(1, us)) * PER_DECADE));
export const binStart = (bin: number): number => 10 ** (bin / PER_DECADE);

/** The values of the rows that have one, sorted. */
export function sortedValues(values: Float64Array, rows: Uint32Array): Float64Array {
  const out = new Float64Array(rows.length);
  let n = 0;
  for (let i = 0; i < rows.length; ++i) {
    const v = values[rows[i]];
    if (v === v) out[n++] = v;
  }
  return out.subarray(0, n).sort();
}

/** Nearest rank: a value that occurred, as in the summary of the terminal. */
export function percentile(sorted: ArrayLike<number>, percent: number): number {
  if (sorted.length === 0) return NaN;
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}

export function histogram(sorted: ArrayLike<number>): number[] {
  const bins = new Array<number>(BINS).fill(0);
  for (let i = 0; i < sorted.length; ++i) ++bins[binOf(sorted[i])];
  return bins;
}

/** From number, count, number, count, ... */
export function unpackBins(pairs: number[]): number[] {
  const bins = new Array<number>(BINS).fill(0);
  for (let i = 0; i + 1 < pairs.length; i += 2) bins[pairs[i]] = pairs[i + 1];
  return bins;
}

/** Upper edge of the bin the percentile lies in: at most 15 % too high. */
export function binnedPercentile(pairs: number[], percent: number): number {
  let total = 0;
  for (let i = 1; i < pairs.length; i += 2) total += pairs[i];
  if (total === 0) return NaN;
  let left = Math.ceil((percent / 100) * total);
  for (let i = 0; i + 1 < pairs.length; i += 2) if ((left -= pairs[i + 1]) <= 0) return binStart(pairs[i] + 1);
  return NaN;
}
