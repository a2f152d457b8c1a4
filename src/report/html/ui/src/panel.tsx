// The table answers at once; the other panels follow one after the other, a frame between them, so that typing and sorting
// stay quick among many rows.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

const AT_ONCE = 5000; // rows that are drawn without waiting

interface Job {
  order: number;
  run: () => void;
}

let waiting: Job[] = [];
let ticking = false;

/** One job per frame, in order, and none before the next frame is painted. */
function later(job: Job): () => void {
  waiting.push(job);
  waiting.sort((a, b) => a.order - b.order);
  if (!ticking) tick();
  return () => {
    waiting = waiting.filter((j) => j !== job);
  };
}

function tick(): void {
  ticking = true;
  // A hidden tab has no frames; its panels may wait until it is looked at.
  requestAnimationFrame(() =>
    setTimeout(() => {
      waiting.shift()?.run();
      if (waiting.length > 0) tick();
      else ticking = false;
    }),
  );
}

interface PanelProps {
  order: number;
  rows: Uint32Array;
  children: (rows: Uint32Array) => ComponentChildren;
}

export function Panel({ order, rows, children }: PanelProps) {
  const small = rows.length < AT_ONCE;
  const [settled, set] = useState<Uint32Array | null>(small ? rows : null);
  useEffect(() => {
    if (settled === rows || small) return;
    return later({ order, run: () => set(rows) });
  }, [rows]);
  const now = small ? rows : settled;
  return now ? <>{children(now)}</> : <section class="card waiting" aria-hidden="true" />;
}
