// From base64 text in the page to bytes, header and numbers.
import type { Header, Ladder, Packing } from "./format";

function fromBase64(text: string): Uint8Array {
  const native = (Uint8Array as unknown as { fromBase64?: (t: string) => Uint8Array }).fromBase64;
  if (native) return native(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; ++i) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function blockText(id: string): string {
  const text = document.getElementById(id)?.textContent;
  if (text == null) throw new Error(`the page has no block "${id}": the file is cut short`);
  return text;
}

/** The data block: columns' bytes, then the header as JSON, then its length. */
export async function readData(): Promise<{ header: Header; bytes: Uint8Array }> {
  const bytes = await gunzip(fromBase64(blockText("data")));
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
  const json = bytes.subarray(bytes.length - 4 - length, bytes.length - 4);
  return { header: JSON.parse(new TextDecoder().decode(json)) as Header, bytes };
}

let lines: string[] | undefined;

/** The connections of one chunk of ladders. */
export async function readLadders(chunk: number): Promise<Ladder[]> {
  lines ??= blockText("ladders").split("\n");
  return JSON.parse(new TextDecoder().decode(await gunzip(fromBase64(lines[chunk])))) as Ladder[];
}

/** Value per row, NaN where nothing was seen. `reference` is the column that Base::column adds. */
export function readNumbers(bytes: Uint8Array, p: Packing, rows: number, reference?: Float64Array): Float64Array {
  const out = new Float64Array(rows).fill(NaN);
  if (p.present === 0) return out;
  const all = p.present === rows;
  const values = p.at + (all ? 0 : (rows + 7) >> 3);
  let k = 0;
  let previous = 0;
  for (let row = 0; row < rows; ++row) {
    if (!all && !((bytes[p.at + (row >> 3)] >> (row & 7)) & 1)) continue;
    let u = 0;
    let place = 1;
    for (let b = 0, at = values + k; b < p.width; ++b, at += p.present, place *= 256) u += bytes[at] * place;
    ++k;
    let v = (u % 2 === 1 ? -(u + 1) / 2 : u / 2) * p.scale;
    if (p.base === "previous") v += previous;
    else if (p.base === "column") v += reference![row];
    out[row] = previous = v;
  }
  return out;
}

export function readTexts(bytes: Uint8Array, p: Packing, rows: number): string[] {
  if (!p.texts) return [];
  const begin = p.at + (p.present === rows ? 0 : (rows + 7) >> 3) + p.present * p.width;
  const text = new TextDecoder().decode(bytes.subarray(begin, begin + p.textBytes!));
  const out = text.split("\n");
  out.pop();
  return out;
}
