/** Tensors in files: safetensors, which PyTorch and others read and write too. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import type { Device } from "../device/device.ts";
import { Tensor } from "./tensor.ts";
import { tensor } from "./create.ts";
import { readWhole, writeWhole } from "./files.ts";
import { elementsOf, entryOf } from "./safetensors/elements.ts";
import { type Entry, format, parse, SafetensorsError } from "./safetensors/header.ts";

export { SafetensorsError };

/** Tensors by name, such as `0.weight`. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** Options of {@linkcode saveSafetensors}. */
export interface SafetensorsSaveOptions {
  /** Texts by name that go into the file. Default: none. */
  metadata?: Readonly<Record<string, string>>;
  /**
   * Which tensors are written with 64 bits: int32, as PyTorch has its whole numbers, and floats of the reference device, which has as many. Default:
   * none.
   */
  wide?: (name: string) => boolean;
}

/** Where tensors are read to. */
export interface SafetensorsLoadOptions {
  /** Default: the default device. */
  device?: Device;
  /** Whether F16 stays float16, in half the memory. Default: false, and it becomes float32. */
  float16?: boolean;
}

const SAVE = optionNames<SafetensorsSaveOptions>({ metadata: 1, wide: 1 });
const LOAD = optionNames<SafetensorsLoadOptions>({ device: 1, float16: 1 });

/** Something to read: a path, an address, or bytes. */
export type SafetensorsSource = string | URL | Uint8Array | ArrayBuffer;

/**
 * Tensors as the bytes of a safetensors file.
 *
 * float32 becomes F32, float16 F16, int32 I32, bool BOOL and uint8 U8. All values are read from their devices in one go.
 *
 * @returns the file, laid out to the byte as the format's own implementation does it
 * @throws {TypeError} if something is no tensor, or a name or a piece of metadata no text
 *
 * @example
 * ```ts
 * import { encodeSafetensors, loadSafetensors, tensor } from "./mod.ts";
 * const bytes = await encodeSafetensors({ x: tensor([1, 2]) }, { metadata: { made: "today" } });
 * console.log((await loadSafetensors(bytes)).x!.shape); // [ 2 ]
 * ```
 */
export async function encodeSafetensors(
  tensors: NamedTensors,
  options: SafetensorsSaveOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  checkOptions("encodeSafetensors", options, SAVE);
  const { metadata = {}, wide = () => false } = options;
  if (typeof tensors !== "object" || tensors === null || tensors instanceof Tensor) {
    throw new TypeError(
      `Cannot save as safetensors: expected an object of tensors by name, found ${
        tensors === null ? "null" : tensors instanceof Tensor ? "one tensor: write { name: tensor }" : typeof tensors
      }`,
    );
  }
  for (const [name, value] of Object.entries(metadata)) {
    if (typeof value !== "string") {
      throw new TypeError(`Cannot save metadata "${name}" as safetensors: it holds texts alone, found ${typeof value}`);
    }
  }
  const entries = await Promise.all(
    Object.entries(tensors).map(async ([name, value]): Promise<Entry> => {
      if (!(value instanceof Tensor)) {
        throw new TypeError(
          `Cannot save "${name}" as safetensors: expected a tensor, found ${value === null ? "null" : typeof value}`,
        );
      }
      if (name === "__metadata__") {
        throw new TypeError(`Cannot save a tensor as "${name}": safetensors keeps that name for metadata`);
      }
      const { dtype, shape } = value, data = await value.toTypedArray();
      return entryOf(name, shape, { dtype, data }, wide(name));
    }),
  );
  return format({ entries, metadata });
}

/**
 * Writes tensors to a safetensors file, which PyTorch reads with `safetensors.torch.load_file`. A reader of the path sees all of the file or what
 * was there before.
 *
 * @param path where to; folders that are missing are made
 * @param tensors by name, such as a module's `stateDict()`
 * @throws {TypeError} as {@linkcode encodeSafetensors} does; what Deno throws where the path may not be written to
 *
 * @example
 * ```ts
 * import { loadSafetensors, saveSafetensors, tensor } from "./mod.ts";
 * const folder = await Deno.makeTempDir(), path = `${folder}/numbers.safetensors`;
 * await saveSafetensors(path, { x: tensor([1, 2]), y: tensor([[true]]) });
 * const { x, y } = await loadSafetensors(path);
 * console.log(await x!.array(), y!.dtype); // [ 1, 2 ] bool
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function saveSafetensors(
  path: string | URL,
  tensors: NamedTensors,
  options: SafetensorsSaveOptions = {},
): Promise<void> {
  checkOptions("saveSafetensors", options, SAVE);
  await writeWhole(path, await encodeSafetensors(tensors, options));
}

/** A source as errors call it. */
const nameOf = (from: SafetensorsSource) =>
  from instanceof URL || typeof from === "string" ? String(from) : "these bytes";

/**
 * Tensors of a safetensors file, by name.
 *
 * F32, F64, F16 and BF16 become float32 (of F64 with what digits it has; F16 float16 if `float16` asks for it), I32, I64, I16, I8 and the unsigned ones int32, if every value fits, U8
 * becomes uint8 and BOOL bool. A file is checked against the bytes that are there before anything is made of it: memory follows from those, never
 * from what its header claims.
 *
 * @param from a path, an address (http: or https: is fetched), or the file's bytes
 * @throws {SafetensorsError} if it is no such file, holds floats of 8 bits, or whole numbers beyond int32; the message names the tensor
 *
 * @example
 * ```ts
 * import { encodeSafetensors, loadSafetensors, randn } from "./mod.ts";
 * const file = await encodeSafetensors({ "0.weight": randn([3, 2]).half() });
 * for (const [name, t] of Object.entries(await loadSafetensors(file))) console.log(name, t.dtype); // 0.weight float32
 * console.log((await loadSafetensors(file, { float16: true }))["0.weight"]!.dtype); // float16
 * ```
 */
export async function loadSafetensors(
  from: SafetensorsSource,
  options: SafetensorsLoadOptions = {},
): Promise<Record<string, Tensor>> {
  checkOptions("loadSafetensors", options, LOAD);
  const { device, float16 = false } = options, on = device ? { device } : {};
  const { entries } = parse(await readWhole(from, "safetensors file"), nameOf(from));
  return Object.fromEntries(entries.map((entry) => {
    const elements = elementsOf(entry), dtype = float16 && entry.type === "F16" ? "float16" : elements.dtype;
    return [entry.name, tensor(elements.data, { ...on, shape: [...entry.shape], dtype })];
  }));
}

/**
 * The texts that whoever made a safetensors file put into it.
 *
 * @throws {SafetensorsError} if it is no such file
 *
 * @example
 * ```ts
 * import { encodeSafetensors, ones, safetensorsMetadata } from "./mod.ts";
 * const file = await encodeSafetensors({ x: ones([2]) }, { metadata: { epochs: "3" } });
 * console.log(await safetensorsMetadata(file)); // { epochs: "3" }
 * ```
 */
export async function safetensorsMetadata(from: SafetensorsSource): Promise<Record<string, string>> {
  const { metadata } = parse(await readWhole(from, "safetensors file"), nameOf(from));
  return { ...metadata };
}
