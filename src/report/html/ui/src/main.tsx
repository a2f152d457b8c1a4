import { render } from "preact";
import { App } from "./app";
import { Store } from "./store";
import { applyTheme, savedTheme } from "./theme";
import { readData } from "./unpack";

async function start(): Promise<void> {
  const root = document.getElementById("app")!;
  applyTheme(savedTheme());
  try {
    const { header, bytes } = await readData();
    const store = new Store(header, bytes);
    document.title = `${header.inputs.slice(0, 3).join(", ")}${header.inputs.length > 3 ? ", …" : ""} – tlsscope report`;
    root.textContent = "";
    render(<App store={store} />, root);
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
  } catch (e) {
    root.textContent = `This report cannot be read: ${e instanceof Error ? e.message : String(e)}`;
  }
}

void start();
