// The table answers at once; the other panels follow one after the other, so that typing and sorting stay quick.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

const STEP = 16; // milliseconds from one panel to the next

interface PanelProps {
  order: number;
  rows: Uint32Array;
  children: (rows: Uint32Array) => ComponentChildren;
}

export function Panel({ order, rows, children }: PanelProps) {
  const [settled, set] = useState<Uint32Array | null>(rows.length < 5000 ? rows : null);
  const small = rows.length < 5000;
  useEffect(() => {
    if (settled === rows || small) return;
    const timer = setTimeout(() => set(rows), STEP * (1 + order));
    return () => clearTimeout(timer);
  }, [rows]);
  const now = small ? rows : settled;
  return now ? <>{children(now)}</> : <section class="card waiting" aria-hidden="true" />;
}
