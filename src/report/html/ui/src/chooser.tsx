// Which columns the table shows. The list is the declarations: a new column is here without an edit.
import { useState } from "preact/hooks";
import type { Store } from "./store";
import { count } from "./values";

interface ChooserProps {
  store: Store;
  chosen: string[];
  set: (columns: string[] | null) => void;
}

export function Chooser({ store, chosen, set }: ChooserProps) {
  const [open, setOpen] = useState(false);
  const groups = [...new Set(store.columns.map((c) => c.declaration.group))];
  const toggle = (name: string): void =>
    set(chosen.includes(name) ? chosen.filter((c) => c !== name) : store.columns.map((c) => c.name).filter((n) => n === name || chosen.includes(n)));
  return (
    <div class="chooser">
      <button type="button" aria-expanded={open} aria-controls="chooser" onClick={() => setOpen(!open)}>
        Columns
      </button>
      {open && (
        <div id="chooser" class="panel" role="group" aria-label="Columns of the table"
          onKeyDown={(e) => { if (e.key === "Escape") setOpen(false); }}>
          <p>
            <button type="button" onClick={() => set(null)}>
              The usual ones
            </button>{" "}
            <button type="button" onClick={() => setOpen(false)}>
              Close
            </button>
          </p>
          <div class="groups">
            {groups.map((g) => (
              <fieldset key={g}>
                <legend>{g}</legend>
                {store.columns
                  .filter((c) => c.declaration.group === g)
                  .map((c) => (
                    <label key={c.name} title={c.declaration.meaning} class={c.empty ? "dim" : ""}>
                      <input type="checkbox" checked={chosen.includes(c.name)} onChange={() => toggle(c.name)} />
                      <span>
                        {c.name}
                        {c.declaration.unit && c.declaration.unit !== "ms" ? ` (${c.declaration.unit})` : ""}
                      </span>
                      <small>{c.dropped ? "not in the table" : count(c.packing.present)}</small>
                    </label>
                  ))}
              </fieldset>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
