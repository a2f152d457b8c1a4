// What the page shows just now, and the link to it.
import { useEffect, useState } from "preact/hooks";

export interface View {
  filter: string;
  connection: number | null;
  sort: string; // column, "-" before it: descending
  columns: string[] | null; // null: the usual ones
}

const EMPTY: View = { filter: "", connection: null, sort: "stream", columns: null };

export function readHash(): View {
  const p = new URLSearchParams(location.hash.slice(1));
  const connection = p.get("connection");
  return {
    filter: p.get("filter") ?? "",
    connection: connection !== null && /^\d+$/.test(connection) ? Number(connection) : null,
    sort: p.get("sort") ?? EMPTY.sort,
    columns: p.get("columns")?.split(",").filter((c) => c !== "") ?? null,
  };
}

export function hashOf(v: View): string {
  const p = new URLSearchParams();
  if (v.connection !== null) p.set("connection", String(v.connection));
  if (v.filter) p.set("filter", v.filter);
  if (v.sort !== EMPTY.sort) p.set("sort", v.sort);
  if (v.columns) p.set("columns", v.columns.join(","));
  const text = p.toString();
  return text ? "#" + text : "";
}

/** Opening a connection is a step back can undo; the rest replaces. */
export function useView(): [View, (change: Partial<View>) => void] {
  const [view, set] = useState(readHash);
  useEffect(() => {
    const follow = (): void => set(readHash());
    addEventListener("hashchange", follow);
    addEventListener("popstate", follow);
    return () => {
      removeEventListener("hashchange", follow);
      removeEventListener("popstate", follow);
    };
  }, []);
  const change = (part: Partial<View>): void => {
    const next = { ...readHash(), ...part };
    const opens = "connection" in part && part.connection !== readHash().connection;
    const url = hashOf(next) || location.pathname + location.search;
    history[opens ? "pushState" : "replaceState"](null, "", url);
    set(next);
  };
  return [view, change];
}
