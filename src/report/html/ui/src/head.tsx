// What was read, by what, and what happened to its packets.
import { useState } from "preact/hooks";
import type { Store } from "./store";
import { applyTheme, savedTheme, type Theme } from "./theme";
import { clock, count, date, duration, moment, plural, words } from "./values";

function ThemeChoice() {
  const [theme, set] = useState<Theme>(savedTheme());
  const choose = (e: Event): void => {
    const t = (e.target as HTMLSelectElement).value as Theme;
    set(t);
    applyTheme(t);
  };
  return (
    <label class="theme">
      Theme{" "}
      <select value={theme} onChange={choose}>
        <option value="auto">auto</option>
        <option value="light">light</option>
        <option value="dark">dark</option>
      </select>
    </label>
  );
}

function timeRange(store: Store): string {
  const { firstTime: a, lastTime: b } = store.header;
  if (a === null || b === null) return "no time stamps";
  const end = date(a) === date(b) ? clock(b, 3) : moment(b, 3).replace(" UTC", "");
  return `${date(a)} ${clock(a, 3)} – ${end} UTC (${duration(b - a)})`;
}

/** Parts that mean that something is missing from the picture. */
const LOSS = /truncat|undecodable|dropped|missed|uncaptured|skipped|discredited|evicted|malformed|damaged|bad_/;

function Accounting({ store }: { store: Store }) {
  const accounts = store.header.accounting;
  const losses = accounts.flatMap((a) =>
    a.parts.filter(([name]) => LOSS.test(name)).map(([name, n]) => `${count(n)} ${words(name)} (of ${words(a.name)})`),
  );
  return (
    <details class="accounting">
      <summary>
        Accounting: {losses.length === 0 ? "every packet and byte was used or is no TCP" : losses.join(", ")}
      </summary>
      <div class="accounts">
        {accounts.map((a) => (
          <table key={a.name}>
            <caption>
              {words(a.name)}: {count(a.total)}
            </caption>
            <tbody>
              {a.parts.map(([name, n]) => (
                <tr key={name}>
                  <th scope="row">{words(name)}</th>
                  <td class="num">{count(n)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
    </details>
  );
}

export function Head({ store, small = false }: { store: Store; small?: boolean }) {
  const h = store.header;
  const files = h.inputs.length > 3 ? `${h.inputs.slice(0, 2).join(", ")} and ${count(h.inputs.length - 2)} more files` : h.inputs.join(", ");
  const capped = h.rows < h.connections;
  return (
    <header>
      <div class="bar">
        <div class="title">
          <h1>tlsscope</h1> <span class="files" title={h.inputs.slice(0, 40).join("\n")}>{files}</span>
        </div>
        <div class="tools">
          <ThemeChoice />
          <button type="button" onClick={() => print()}>
            Print
          </button>
        </div>
      </div>
      {!small && (
        <div class="facts">
          <p>
            {timeRange(store)} · {plural(h.frames, "packet")} · {plural(h.connections, "connection")}
          </p>
          {h.problems.length > 0 && (
            <ul class="problems">
              {h.problems.map((p) => (
                <li key={p}>{p}</li>
              ))}
            </ul>
          )}
          {capped && (
            <p class="note">
              {count(h.rows)} of {plural(h.connections, "connection")} are listed here: findings first, then failures, then
              the slowest. Without a filter, tiles, curves and counts are over all of them; with one, over those listed.
            </p>
          )}
          <Accounting store={store} />
          {h.command.length < 240 ? (
            <p class="made">
              {h.program} · made by <code>{h.command}</code>
            </p>
          ) : (
            <details>
              <summary>{h.program} · made by …</summary>
              <code>{h.command}</code>
            </details>
          )}
        </div>
      )}
    </header>
  );
}
