// Numbers as text for people.

const grouping = new Intl.NumberFormat("en-US");

export const count = (n: number): string => grouping.format(n);

export const plural = (n: number, one: string, many = one + "s"): string => `${count(n)} ${n === 1 ? one : many}`;

/** Milliseconds with three decimals, as in CSV. */
export const exactMillis = (us: number): string => (us / 1000).toFixed(3);

/** Microseconds with about three digits that matter. */
export function duration(us: number): string {
  if (Number.isNaN(us)) return "–";
  const size = Math.abs(us);
  if (size < 999.5) return `${Math.round(us)} µs`;
  if (size < 9_995) return `${(us / 1e3).toFixed(2)} ms`;
  if (size < 99_950) return `${(us / 1e3).toFixed(1)} ms`;
  if (size < 999_500) return `${Math.round(us / 1e3)} ms`;
  if (size < 60e6) return `${(us / 1e6).toFixed(2)} s`;
  if (size < 3600e6) return `${Math.floor(us / 60e6)} min ${Math.round((us % 60e6) / 1e6)} s`;
  if (size < 48 * 3600e6) return `${Math.floor(us / 3600e6)} h ${Math.round((us % 3600e6) / 60e6)} min`;
  return `${Math.round(us / 86400e6)} days`;
}

const two = (n: number): string => String(n).padStart(2, "0");

export function date(us: number): string {
  const d = new Date(Math.floor(us / 1000));
  return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`;
}

export function clock(us: number, digits = 6): string {
  const d = new Date(Math.floor(us / 1000));
  const fraction = String(Math.round(((us % 1e6) + 1e6) % 1e6)).padStart(6, "0").slice(0, digits);
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}${digits ? "." + fraction : ""}`;
}

export const moment = (us: number, digits = 6): string => `${date(us)} ${clock(us, digits)} UTC`;

export function bytes(n: number): string {
  if (n < 1000) return plural(n, "byte");
  if (n < 1e6) return `${(n / 1e3).toFixed(1)} kB`;
  if (n < 1e9) return `${(n / 1e6).toFixed(1)} MB`;
  return `${(n / 1e9).toFixed(1)} GB`;
}

export function share(part: number, whole: number): string {
  if (whole === 0) return "–";
  const percent = (100 * part) / whole;
  return percent > 0 && percent < 0.1 ? "<0.1%" : percent < 100 && percent > 99.9 ? ">99.9%" : `${percent.toFixed(1)}%`;
}

/** snake_case as words: a name without a heading of its own. */
export const words = (name: string): string => name.replace(/_/g, " ");
