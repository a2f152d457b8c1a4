import { useEffect, useRef, useState } from "preact/hooks";
import { HELP } from "./filter";
import type { Store } from "./store";
import { count, plural } from "./values";

interface BoxProps {
  store: Store;
  filter: string;
  error: string;
  rows: number;
  setFilter: (filter: string) => void;
}

const PAUSE = 120; // milliseconds after the last key

export function FilterBox({ store, filter, error, rows, setFilter }: BoxProps) {
  const [text, setText] = useState(filter);
  const [help, setHelp] = useState(false);
  const timer = useRef(0);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setText(filter), [filter]);
  useEffect(() => {
    const slash = (e: KeyboardEvent): void => {
      const typing = e.target instanceof HTMLInputElement || e.target instanceof HTMLSelectElement;
      if (e.key !== "/" || typing || e.ctrlKey || e.metaKey || e.altKey) return;
      e.preventDefault();
      input.current?.focus();
    };
    addEventListener("keydown", slash);
    return () => removeEventListener("keydown", slash);
  }, []);
  const type = (e: Event): void => {
    const value = (e.target as HTMLInputElement).value;
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setFilter(value), PAUSE) as unknown as number;
  };
  const apply = (e: Event): void => {
    e.preventDefault();
    clearTimeout(timer.current);
    setFilter(input.current?.value ?? text);
  };
  return (
    <section class="filter" aria-label="Filter">
      <form role="search" onSubmit={apply}>
        <label for="filter">Filter</label>
        <input
          id="filter"
          ref={input}
          type="search"
          autocomplete="off"
          spellcheck={false}
          placeholder="sni:api tls>100 version:1.2 outcome:failed"
          value={text}
          onInput={type}
          aria-describedby="filter-state"
          aria-invalid={error !== ""}
        />
        <button type="button" aria-expanded={help} aria-controls="filter-help" onClick={() => setHelp(!help)}>
          Help
        </button>
        {filter !== "" && (
          <button type="button" onClick={() => setFilter("")}>
            Clear
          </button>
        )}
        <output id="filter-state" class={error ? "bad" : ""} aria-live="polite">
          {error || `${count(rows)} of ${plural(store.rows, "connection")}`}
        </output>
      </form>
      <div id="filter-help" hidden={!help} class="help">
        <p>Terms are separated by spaces and must all hold; upper and lower case are the same.</p>
        <table>
          <tbody>
            {HELP.map(([example, meaning]) => (
              <tr key={example}>
                <th scope="row">
                  <code>{example}</code>
                </th>
                <td>{meaning}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p>
          Every column can be asked for by its name, or by its beginning (<code>connect</code> is <code>connect_ms</code>).
          Press <kbd>/</kbd> anywhere to come here.
        </p>
      </div>
    </section>
  );
}
