/** The corpus that export.py wrote: its samples, and how their values are read. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { noGrad, Tensor, tensor } from "../../lib/tensor/mod.ts";

/** A tensor as PyTorch had it; int64 is stored as int32. With strides `st`, `b` is all memory that it spans. */
export interface TensorEntry {
  readonly d: "float32" | "int32" | "int64" | "bool" | "uint8";
  readonly s: readonly number[];
  readonly b: string;
  readonly st?: readonly number[];
  readonly g?: 1;
}

/** An argument. */
export type Entry =
  | null
  | boolean
  | number
  | string
  | readonly Entry[]
  | { readonly t: TensorEntry }
  | { readonly [key: string]: Entry };

/** A call, and what PyTorch made of it: outputs with gradients, or an error. */
export interface Sample {
  readonly op: string;
  readonly src: string;
  readonly d: string;
  readonly in: readonly Entry[];
  readonly kw: Readonly<Record<string, Entry>>;
  /** Which argument was spoilt, and how. */
  readonly what?: string;
  readonly error?: string;
  readonly out?: readonly TensorEntry[];
  /** Of the first output, for views. */
  readonly strides?: readonly number[];
  readonly grads?: readonly (TensorEntry | null)[];
  readonly second?: readonly (TensorEntry | null)[];
  /** Results that float64 gives, where PyTorch's float32 ones are another number: either is right. */
  readonly exact?: Partial<Record<"out" | "grads" | "second", readonly (TensorEntry | null)[]>>;
  // layers
  readonly options?: Readonly<Record<string, Entry>>;
  readonly state?: Readonly<Record<string, TensorEntry>>;
  readonly train?: boolean;
  readonly print?: string;
  readonly after?: Readonly<Record<string, TensorEntry>>;
  readonly parameters?: Readonly<Record<string, TensorEntry | null>>;
  // optimisers
  readonly groups?: readonly Readonly<Record<string, Entry>>[];
  readonly steps?: readonly (readonly TensorEntry[])[];
}

/** All samples, by operation or layer or optimiser. */
export function readCorpus(): Map<string, Sample[]> {
  // What is in both files is taken from the second.
  return new Map(["corpus.json.gz", "convolutions.json.gz"].flatMap((file) => {
    const text = gunzipSync(readFileSync(new URL(file, import.meta.url))).toString();
    return [...Map.groupBy(JSON.parse(text) as Sample[], ({ op }) => op)];
  }));
}

/** What a Python slice became. */
export class Slice {
  constructor(readonly start: unknown, readonly stop: unknown, readonly step: unknown) {}
}
/** What Python's Ellipsis became. */
export const ELLIPSIS = Symbol("...");
/** A Python list; a tuple is an array. */
export class List extends Array<unknown> {}

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** The dtype here: whole numbers are int32. */
export function dtypeOf(name: string): string {
  return name === "int64" ? "int32" : name;
}

/** The numbers of an entry, as they lie in memory. */
export function numbers({ d, b }: TensorEntry): Float32Array | Int32Array | Uint8Array {
  const { buffer } = Uint8Array.from(atob(b), (c) => c.charCodeAt(0));
  if (d === "float32") return new Float32Array(buffer);
  return d === "bool" || d === "uint8" ? new Uint8Array(buffer) : new Int32Array(buffer);
}

/** The numbers of an entry in the order of its axes. */
function packed({ s, st = [] }: TensorEntry, flat: Float32Array | Int32Array | Uint8Array) {
  return flat.constructor === Float32Array ? Float32Array.from(order()) : Int32Array.from(order());
  function* order() {
    for (let i = 0, n = size(s); i < n; i++) {
      let rest = i, at = 0;
      for (let axis = s.length - 1; axis >= 0; axis--) {
        at += rest % s[axis]! * st[axis]!;
        rest = Math.floor(rest / s[axis]!);
      }
      yield flat[at]!;
    }
  }
}

/** A tensor of the entry's strides: slices, permutations and expansions of a larger one. */
export function build(entry: TensorEntry): Tensor {
  const { s, st } = entry, flat = numbers(entry), dtype = dtypeOf(entry.d) as "float32";
  if (!st || size(s) === 0) return tensor(flat, { shape: s, dtype });
  const axes = s.map((_, axis) => axis), live = axes.filter((i) => s[i] !== 1 && st[i] !== 0);
  live.sort((a, b) => st[b]! - st[a]! || s[b]! - s[a]!);
  const steps = live.map((i) => st[i]!), counts = live.map((i) => s[i]!);
  const overlap = steps.some((step, k) => k && (steps[k - 1]! % step !== 0 || counts[k]! * step > steps[k - 1]!));
  if (overlap) return tensor(packed(entry, flat), { shape: s, dtype }); // no view here does that
  let x = tensor(flat.slice(0, 1), { dtype }).select(0, 0);
  if (live.length) {
    const whole = new Int32Array(counts[0]! * steps[0]!).fill(7);
    const memory = entry.d === "float32" ? Float32Array.from(whole) : whole;
    memory.set(flat.subarray(0, memory.length));
    const inner = steps.slice(1).map((step, k) => steps[k]! / step);
    x = tensor(memory, { shape: [counts[0]!, ...inner, steps.at(-1)!], dtype });
    counts.forEach((count, axis) => x = x.narrow(axis, 0, count));
    x = x.select(live.length, 0);
    if (live.length > 1) x = x.permute(live.map((_, k) => k).sort((a, b) => live[a]! - live[b]!));
  }
  for (const axis of axes) if (!live.includes(axis)) x = x.unsqueeze(axis);
  return x.expand(...s);
}

const isTensorEntry = (v: object): v is { t: TensorEntry } => "t" in v && typeof v.t === "object";

/** An argument as it is here; tensors that take part in the gradient are added to `leaves`. */
export function decode(v: Entry, leaves: Tensor[] = []): unknown {
  if (v === null || typeof v !== "object") return v;
  if (Array.isArray(v)) return List.from(v, (x: Entry) => decode(x, leaves));
  if (isTensorEntry(v)) {
    const t = noGrad(() => build(v.t));
    if (v.t.g) leaves.push(t.requiresGrad_());
    return t;
  }
  const [key, value] = Object.entries(v)[0] ?? ["", null];
  if (key === "f") return Number(String(value).replace("inf", "Infinity"));
  if (key === "tuple" && Array.isArray(value)) return value.map((x: Entry) => decode(x, leaves));
  if (key === "dtype") return dtypeOf(String(value));
  if (key === "slice" && Array.isArray(value)) return new Slice(decode(value[0]), decode(value[1]), decode(value[2]));
  if (key === "ellipsis") return ELLIPSIS;
  return decodeNamed(v as Named, leaves);
}

type Named = Readonly<Record<string, Entry>>;
/** Named arguments. */
export function decodeNamed(entries: Named, leaves: Tensor[] = []): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entries).map(([k, x]) => [k, decode(x, leaves)]));
}

/** Whether an argument is a whole number that Python wrote as a float: JavaScript has one kind of number. */
export function hasWholeFloat(v: Entry): boolean {
  if (v === null || typeof v !== "object") return false;
  if (!Array.isArray(v) && "f" in v) return Number.isInteger(v.f);
  return !isTensorEntry(v) && Object.values(v).some((x: Entry) => hasWholeFloat(x));
}

/** The cotangent of output `seed`; export.py has the same formula. */
export function cotangent(shape: readonly number[], seed: number): Tensor {
  const value = (_: unknown, i: number) => (3 * i * i + 5 * i + 7 * seed + 1) % 17 / 8 - 0.96875;
  return tensor(Float32Array.from({ length: size(shape) }, value), { shape });
}
