/**
 * What one dispatch is made of: a WGSL module whose parameters are listed field by field, so that the struct in the shader and the words
 * in the parameter buffer cannot disagree.
 */
import halvesText from "../../../kernels/webgpu/halves.wgsl" with { type: "text" };
import integersText from "../../../kernels/webgpu/integers.wgsl" with { type: "text" };
import mathText from "../../../kernels/webgpu/math.wgsl" with { type: "text" };
import { OVERFLOWS } from "../faults.ts";
import type { Operand } from "../operand.ts";
import type { Step } from "../steps/mod.ts";
import { declarationsOf, neededBy } from "./declarations.ts";

/** Where a 32-bit parameter comes from. */
export type Source =
  /** Known when the program is compiled. */
  | { readonly kind: "constant"; readonly value: number }
  /** First word of an operand in the heap (its first half, if it has halves), shifted right by `shift` (2 for views of four). */
  | { readonly kind: "address"; readonly operand: Operand; readonly shift: number; readonly halves: boolean }
  /** First word of the step's scratch memory, plus `offset` words. */
  | { readonly kind: "scratch"; readonly offset: number }
  /** A run-time scalar, converted to the parameter's type. */
  | { readonly kind: "scalar"; readonly slot: number }
  /** Where the step notes an index out of range, in this run. */
  | { readonly kind: "site"; readonly step: Step };

/** One field of a kernel's parameters. */
export interface Field {
  readonly name: string;
  /** `bool` is a u32 of 0 or 1. */
  readonly type: "u32" | "i32" | "f32" | "bool";
  readonly source: Source;
}

/** The parameters of a dispatch, in order. */
export class Fields {
  readonly list: Field[] = [];

  /** A number known when the program is compiled. */
  constant(name: string, value: number, type: "u32" | "i32" | "f32" = "u32"): this {
    return this.#add({ name, type, source: { kind: "constant", value } });
  }

  /** Several constants of type u32. */
  constants(values: Readonly<Record<string, number>>): this {
    for (const [name, value] of Object.entries(values)) this.constant(name, value);
    return this;
  }

  /** First word of an operand, or half of one of float16; with a `shift` of 2 counted in fours of them. */
  address(name: string, operand: Operand, { shift = 0, halves = false } = {}): this {
    return this.#add({ name, type: "u32", source: { kind: "address", operand, shift, halves } });
  }

  /** First word of scratch memory. */
  scratch(name: string, offset = 0): this {
    return this.#add({ name, type: "u32", source: { kind: "scratch", offset } });
  }

  /** A run-time scalar. */
  scalar(name: string, slot: number, type: Field["type"] = "f32"): this {
    return this.#add({ name, type, source: { kind: "scalar", slot } });
  }

  /** Where the step notes an index out of range: `raise(p.site, …)`. */
  site(step: Step, name = "site"): this {
    return this.#add({ name, type: "u32", source: { kind: "site", step } });
  }

  #add(field: Field): this {
    this.list.push(field);
    return this;
  }
}

/** One dispatch of a program: the shader with its parameters, and how many workgroups. */
export interface Dispatch {
  /** Names the kernel and its variant, for people and profilers. */
  readonly label: string;
  readonly code: string;
  readonly fields: readonly Field[];
  readonly workgroups: number;
  /** Words of scratch memory in use while the step runs. */
  readonly scratch: number;
  /** The name of the user's operation whose text it is. */
  readonly custom?: string;
  /** Set where dispatches with the same text can become one. */
  readonly merge?: MergeInfo;
  /** Set where the kernel can be one of several in a dispatch. */
  readonly beside?: Beside;
  /** What it reads and writes, if the dispatches of its step may run apart from each other. Default: what the step does. */
  readonly access?: Access;
}

/** What a bundle must know of a kernel (see bundle.ts). */
export interface Beside {
  /** Invocations of a workgroup, and whether it does with more: its text has them as `THREADS`. */
  readonly threads: number;
  readonly grows: boolean;
  /** Bytes of workgroup memory, by the names of variables. */
  readonly memory: Readonly<Record<string, number>>;
  readonly heap: "u32" | "vec4<u32>";
  /** The same work with a heap of words, if this one has another. */
  readonly inWords?: (() => Dispatch) | undefined;
}

/** What a dispatch reads and writes, scratch memory aside. */
export interface Access {
  readonly reads: readonly Operand[];
  readonly writes: readonly Operand[];
  /** Whether it leaves something in scratch memory for a later dispatch of its step, or takes it from there. */
  readonly scratch: "leaves" | "takes" | undefined;
}

/** How a dispatch can be a segment of a larger one (see segments.ts). */
export interface MergeInfo {
  /** The text for many segments: equal texts merge. */
  readonly code: string;
  /** Parameters of one segment; the first is its first workgroup. */
  readonly fields: readonly Field[];
}

/** How a module is put together. */
export interface ModuleParts {
  /** The kernel's own text; it comes first, so that line numbers in messages are the file's. */
  readonly text: string;
  readonly fields: readonly Field[];
  /** WGSL constants, aliases and functions the kernel's text refers to. */
  readonly definitions?: string;
  /** How the module views the heap. Default: words. */
  readonly heap?: "u32" | "f32" | "vec4<u32>";
  /** Functions of math.wgsl may be called. */
  readonly math?: boolean;
  readonly faults?: boolean;
  /** Functions of int32, which bring math and faults with them; the fields have a site. */
  readonly integers?: boolean;
  /** How many sets of the fields there are room for, in `parameters.list`, looked up by `segmentOf(workgroup)`; by default one, which is `p`. */
  readonly segments?: number;
}

/** Invocations in a workgroup of every kernel that does not say otherwise. */
export const WORKGROUP = 256;

const FAULTS = /* wgsl */ `
struct Fault { count: atomic<u32>, index: i32, size: u32 }
@group(0) @binding(2) var<storage, read_write> faults: array<Fault>;

// Keeps the first index out of range that a step meets, until the host reads and clears it.
fn raise(site: u32, index: i32, size: u32) {
  if (atomicAdd(&faults[site].count, 1u) == 0u) {
    faults[site].index = index;
    faults[site].size = size;
  }
}
`;

const WORKGROUP_INDEX = /* wgsl */ `
// Grids of more than 65535 workgroups are laid out in rows.
fn workgroupIndex(id: vec3<u32>, count: vec3<u32>) -> u32 {
  return id.y * count.x + id.x;
}
`;

const SEGMENT_OF = /* wgsl */ `
// The segment that a workgroup belongs to: the last that begins no later.
fn segmentOf(workgroup: u32) -> u32 {
  var segment = 0u;
  while (segment + 1u < parameters.count && workgroup >= parameters.list[segment + 1u].first) {
    segment++;
  }
  return segment;
}
`;

/** Of which a module gets what it needs: drivers read all that is there. */
const MATH = declarationsOf(mathText);
const HALVES = declarationsOf(halvesText);

const INTEGERS = [
  constantsText(Object.fromEntries(OVERFLOWS.map((op, number) => [`OVERFLOW_${op.toUpperCase()}`, number]))),
  integersText,
].join("\n");

/** Where functions of int32 note what does not fit: a chain over several tensors says which step it is at. */
const SITE = "fn siteHere() -> u32 { return p.site; }";
const SITE_OF_SEGMENT = "var<private> siteNow: u32;\nfn siteHere() -> u32 { return siteNow; }";

/** The full text of a module. */
export function moduleText(
  { text, fields, definitions = "", heap = "u32", math = false, faults = false, integers = false, segments }:
    ModuleParts,
): string {
  const parts = [
    text,
    definitions,
    WORKGROUP_INDEX,
    parametersText(fields, segments),
    segments === undefined ? "" : SEGMENT_OF,
    `@group(0) @binding(0) var<storage, read_write> heap: array<${heap}>;`,
    faults || integers ? FAULTS : "",
    integers ? `${segments === undefined ? SITE : SITE_OF_SEGMENT}\n${INTEGERS}` : "",
  ].join("\n");
  return [parts, math || integers ? neededBy(parts, MATH) : "", neededBy(parts, HALVES)].filter((part) => part).join(
    "\n",
  );
}

/** The struct of the fields, and the variable that holds it. */
function parametersText(fields: readonly Field[], segments: number | undefined): string {
  const members = fields.map(({ name, type }) => `${name}: ${type === "bool" ? "u32" : type},`);
  const struct = (name: string, members: readonly string[]) => `struct ${name} {\n  ${members.join("\n  ")}\n}`;
  const variable = (name: string) => `@group(0) @binding(1) var<uniform> ${name}: Parameters;`;
  if (segments === undefined) return `${struct("Parameters", members)}\n${variable("p")}`;
  // Elements of arrays in uniform memory begin at multiples of 16 bytes.
  const segment = struct("Segment", members.map((member, i) => i === 0 ? `@align(16) ${member}` : member));
  const whole = struct("Parameters", ["count: u32,", `@align(16) list: array<Segment, ${segments}>,`]);
  return `${segment}\n${whole}\n${variable("parameters")}`;
}

/** Text of WGSL constants of type u32 and bool. */
export function constantsText(constants: Readonly<Record<string, number | boolean>>): string {
  return Object.entries(constants)
    .map(([name, value]) => `const ${name} = ${typeof value === "boolean" ? value : `${value}u`};`)
    .join("\n");
}

export const ceilDiv = (a: number, b: number) => Math.ceil(a / b);

/** The smallest power of two that is at least `n`. */
export const powerOfTwoAtLeast = (n: number) => n <= 1 ? 1 : 2 ** (32 - Math.clz32(n - 1));
