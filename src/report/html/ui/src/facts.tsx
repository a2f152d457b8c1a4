// Every column that was seen, by group, with its definition.
import type { Column, Store } from "./store";
import { duration, words } from "./values";

function shown(c: Column, row: number): string {
  const text = c.text(row);
  if (c.declaration.type === "millis") return duration(c.values[row]);
  const unit = c.declaration.unit;
  return unit && unit !== "frame" && c.isNumeric ? `${text} ${unit}` : text;
}

export function Facts({ store, row, texts }: { store: Store; row: number; texts: Record<string, string> }) {
  const groups = [...new Set(store.columns.map((c) => c.declaration.group))];
  return (
    <section class="card" aria-labelledby="facts-title">
      <h3 id="facts-title">
        All facts <small>the columns of CSV and JSON; hover for what they mean</small>
      </h3>
      <div class="facts-grid">
        {groups.map((g) => {
          const columns = store.columns.filter((c) => c.declaration.group === g);
          const pairs = columns
            .map((c) => [c, c.has(row) ? shown(c, row) : (texts[c.name] ?? (c.dropped ? "not in this page (--csv has it)" : ""))] as const)
            .filter(([c, t]) => c.has(row) || t !== "");
          if (pairs.length === 0) return null;
          return (
            <div key={g}>
              <h4>{g}</h4>
              <dl>
                {pairs.map(([c, t]) => (
                  <div key={c.name} title={c.declaration.meaning}>
                    <dt>{words(c.name)}</dt>
                    <dd>{t === "" ? "(empty)" : t}</dd>
                  </div>
                ))}
              </dl>
            </div>
          );
        })}
      </div>
    </section>
  );
}
