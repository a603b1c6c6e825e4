/**
 * A writer of GGUF files, version 3: header, metadata, tensor infos, then the tensors, each at a multiple of 32 bytes.
 * https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */

/** One value of the metadata, with its type in the file. */
export type GgufValue =
  | { readonly type: 'u32' | 'i32' | 'f32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'str'; readonly value: string }
  | { readonly type: 'strs'; readonly value: readonly string[] }
  | { readonly type: 'i32s'; readonly value: readonly number[] };

/** A tensor of 32-bit floats. The first dimension is the one whose neighbours lie side by side. */
export interface GgufTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

const CODES = { u32: 4, i32: 5, f32: 6, bool: 7, str: 8, array: 9 } as const;
const ALIGNMENT = 32;
const aligned = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** The bytes of a GGUF file. */
export function writeGguf(
  metadata: Readonly<Record<string, GgufValue>>,
  tensors: readonly GgufTensor[],
): Uint8Array<ArrayBuffer> {
  const head = new Bytes();
  head.raw(new TextEncoder().encode('GGUF'));
  head.u32(3);
  head.u64(tensors.length);
  head.u64(Object.keys(metadata).length);
  for (const [key, entry] of Object.entries(metadata)) {
    head.str(key);
    head.entry(entry);
  }
  let offset = 0;
  for (const { name, dims, data } of tensors) {
    head.str(name);
    head.u32(dims.length);
    for (const dim of dims) head.u64(dim);
    head.u32(0);
    head.u64(offset);
    offset += aligned(data.byteLength);
  }
  const start = aligned(head.length);
  const file = new Uint8Array(start + offset);
  file.set(head.joined());
  let at = start;
  for (const { data } of tensors) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += aligned(data.byteLength);
  }
  return file;
}

/** Little-endian, as the format wants it. */
class Bytes {
  readonly #parts: Uint8Array[] = [];
  length = 0;

  raw(part: Uint8Array): void {
    this.#parts.push(part);
    this.length += part.length;
  }
  u32(value: number): void {
    this.#number(4, (view) => view.setUint32(0, value, true));
  }
  i32(value: number): void {
    this.#number(4, (view) => view.setInt32(0, value, true));
  }
  f32(value: number): void {
    this.#number(4, (view) => view.setFloat32(0, value, true));
  }
  u64(value: number): void {
    this.#number(8, (view) => view.setBigUint64(0, BigInt(value), true));
  }
  str(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.u64(bytes.length);
    this.raw(bytes);
  }
  entry(entry: GgufValue): void {
    switch (entry.type) {
      case 'u32':
      case 'i32':
      case 'f32':
        this.u32(CODES[entry.type]);
        this[entry.type](entry.value);
        return;
      case 'bool':
        this.u32(CODES.bool);
        this.raw(Uint8Array.of(Number(entry.value)));
        return;
      case 'str':
        this.u32(CODES.str);
        this.str(entry.value);
        return;
      case 'strs':
        this.#array(CODES.str, entry.value.length);
        for (const text of entry.value) this.str(text);
        return;
      case 'i32s':
        this.#array(CODES.i32, entry.value.length);
        for (const value of entry.value) this.i32(value);
    }
  }
  joined(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  #array(code: number, length: number): void {
    this.u32(CODES.array);
    this.u32(code);
    this.u64(length);
  }
  #number(size: number, write: (view: DataView) => void): void {
    const bytes = new Uint8Array(size);
    write(new DataView(bytes.buffer));
    this.raw(bytes);
  }
}
