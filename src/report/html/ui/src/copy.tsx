import { useState } from "preact/hooks";

/** From a file there may be no clipboard to write to: then a selected text area does it. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

export function Copy({ text, what, label = "Copy" }: { text: string; what: string; label?: string }) {
  const [state, set] = useState("");
  const click = async (): Promise<void> => {
    set((await copy(text)) ? "copied" : "not possible here");
    setTimeout(() => set(""), 2000);
  };
  return (
    <>
      <button type="button" class="copy" aria-label={label === "Copy" ? `Copy: ${what}` : undefined} onClick={click}>
        {label}
      </button>
      <span role="status" class="dim">{state}</span>
    </>
  );
}
