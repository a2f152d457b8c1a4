// Bars of one connection on a line, for the table.
import type { Bar } from "./phases";
import { duration } from "./values";

export function Waterfall({ bars, scale }: { bars: Bar[]; scale: number }) {
  const title = bars.map((b) => `${b.phase.label}: ${duration(b.length)}`).join("\n");
  return (
    <svg class="waterfall" viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true">
      <title>{title}</title>
      {bars.map((b) => (
        <rect key={b.phase.span.column} class={b.phase.color} x={(1000 * b.from) / scale} y="1" height="10"
          width={Math.max(3, (1000 * b.length) / scale)} />
      ))}
    </svg>
  );
}
