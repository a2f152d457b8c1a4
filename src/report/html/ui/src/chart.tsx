// uPlot in a Preact component: it is made anew when its data, its width or the theme changes.
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";

export interface ChartProps {
  label: string; // what a screen reader says
  height: number;
  data: uPlot.AlignedData;
  options: (width: number) => Omit<uPlot.Options, "width" | "height">;
  version: unknown; // changes when the options do
}

export function useWidth(): [{ current: HTMLDivElement | null }, number] {
  const box = useRef<HTMLDivElement>(null);
  const [width, set] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver((entries) => set(Math.floor(entries[0].contentRect.width)));
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return [box, width];
}

export function useThemeCount(): number {
  const [n, set] = useState(0);
  useEffect(() => {
    const again = (): void => set((k) => k + 1);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    addEventListener("tlsscope-theme", again);
    dark.addEventListener("change", again);
    return () => {
      removeEventListener("tlsscope-theme", again);
      dark.removeEventListener("change", again);
    };
  }, []);
  return n;
}

export function Chart({ label, height, data, options, version }: ChartProps) {
  const [box, width] = useWidth();
  const theme = useThemeCount();
  useEffect(() => {
    if (!box.current || width < 50) return;
    const plot = new uPlot({ ...options(width), width, height }, data, box.current);
    return () => plot.destroy();
  }, [width, height, data, theme, version]);
  return <div class="chart" role="img" aria-label={label} ref={box} />;
}
