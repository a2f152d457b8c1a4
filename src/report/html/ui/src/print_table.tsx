// On paper a virtualised table is nothing or everything: a plain one, capped, made when printing starts.
import { options } from "preact";
import { useEffect, useState } from "preact/hooks";
import { cellText, headingOf } from "./connections";
import type { Column, Store } from "./store";
import { count } from "./values";

const MOST = 200;

/** The browser prints what is there when the event returns: it cannot wait for the next tick. */
function atOnce(change: () => void): void {
  const before = options.debounceRendering;
  options.debounceRendering = (draw) => draw();
  change();
  options.debounceRendering = before;
}

export function PrintTable({ store, rows, columns }: { store: Store; rows: Uint32Array; columns: Column[] }) {
  const [printing, set] = useState(matchMedia("print").matches);
  useEffect(() => {
    const begin = (): void => atOnce(() => set(true));
    const end = (): void => atOnce(() => set(false));
    const query = matchMedia("print");
    const follow = (): void => atOnce(() => set(query.matches));
    addEventListener("beforeprint", begin);
    addEventListener("afterprint", end);
    query.addEventListener("change", follow);
    return () => {
      removeEventListener("beforeprint", begin);
      removeEventListener("afterprint", end);
      query.removeEventListener("change", follow);
    };
  }, []);
  if (!printing) return null;
  return (
    <div class="print-only">
      {rows.length > MOST && <p>The first {MOST} of {count(rows.length)} connections in the order chosen.</p>}
      <table class="plain">
        <thead>
          <tr>
            {columns.map((c) => (
              <th key={c.name} scope="col">{headingOf(c)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from(rows.slice(0, MOST), (row) => (
            <tr key={row}>
              {columns.map((c) => (
                <td key={c.name} class={c.isNumeric ? "num" : ""}>{cellText(store, c, row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
