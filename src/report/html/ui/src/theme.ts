// Light, dark, or what the system says. Remembered where the browser lets a file remember.
export type Theme = "auto" | "light" | "dark";

export function savedTheme(): Theme {
  try {
    const t = localStorage.getItem("tlsscope-theme");
    return t === "light" || t === "dark" ? t : "auto";
  } catch {
    return "auto";
  }
}

export function applyTheme(theme: Theme): void {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("tlsscope-theme", theme);
  } catch {
    // private windows: forgotten with the page
  }
  dispatchEvent(new Event("tlsscope-theme"));
}

/** The value of a CSS variable, for canvases. */
/** Grid lines of canvases: right on dark, on light, and on paper, where a canvas stays as it was drawn. */
export const GRID = "#80808040";

export const cssColor = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
