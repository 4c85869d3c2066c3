/**
 * Bundles: dispatches of different kernels, independent of each other, as one. The first workgroups run the first kernel, the next ones the second.
 *
 * The modules' texts are put together declaration by declaration. What all of them have word for word is there once; whatever else has a name
 * gets the number of its module behind it, and the parameters of a module are one member of those of the bundle. As a workgroup runs one of the
 * kernels only, workgroup variables of one name and type share their memory.
 */
import { type Declaration, declarationsOf, IDENTIFIER, identifiers } from "./declarations.ts";
import { PARAMETER_RANGE } from "./memory.ts";
import { type Dispatch, type Field, WORKGROUP } from "./module.ts";

/** Kernels that a bundle has at most: the first workgroups of all but one are a vec4. */
const MOST = 4;
/** Bytes of workgroup memory by WebGPU's default limits. */
const MOST_BYTES = 16384;

/** Whether dispatches can be a bundle, as far as their kernels go. */
export function canBundle(dispatches: readonly Dispatch[]): boolean {
  if (dispatches.length > MOST) return false;
  const memory = new Map<string, number>();
  let words = 4;
  for (const { beside, fields } of dispatches) {
    if (!beside || beside.heap !== dispatches[0]!.beside!.heap) return false;
    for (const [name, bytes] of Object.entries(beside.memory)) memory.set(name, Math.max(memory.get(name) ?? 0, bytes));
    words += whole(fields.length);
  }
  const bytes = [...memory.values()].reduce((sum, bytes) => sum + bytes, 0);
  const grow = dispatches.every(({ beside }) => beside!.grows || beside!.threads === WORKGROUP);
  return grow && bytes <= MOST_BYTES && 4 * words <= PARAMETER_RANGE;
}

/** Words rounded up to what a struct in uniform memory is aligned to. */
const whole = (words: number) => 4 * Math.ceil(words / 4);

/** One dispatch that does the work of several. */
export function bundle(dispatches: readonly Dispatch[]): Dispatch {
  const threads = Math.max(...dispatches.map(({ beside }) => beside!.threads));
  const constant = (value: number): Field => ({ name: "", type: "u32", source: { kind: "constant", value } });
  const firsts: number[] = [], fields: Field[] = [];
  let workgroups = 0;
  for (const dispatch of dispatches) {
    firsts.push(workgroups);
    workgroups += dispatch.workgroups;
    const list = dispatch.fields;
    fields.push(...list, ...new Array<Field>(whole(list.length) - list.length).fill(constant(0)));
  }
  const header = Array.from({ length: MOST }, (_, i) => constant(firsts[i + 1] ?? workgroups));
  return {
    label: dispatches.map(({ label }) => label).join(" | "),
    code: textOf(dispatches.map((dispatch) => declarationsOf(sized(dispatch, threads))), threads),
    fields: [...header, ...fields],
    workgroups,
    scratch: Math.max(...dispatches.map(({ scratch }) => scratch)),
  };
}

/** The text of a dispatch for so many invocations, and room for no more segments than it has. */
function sized({ code, fields }: Dispatch, threads: number): string {
  const { source } = fields[0]!, segments = source.kind === "constant" ? source.value : 0;
  return code.replace(/const THREADS = \d+u;/, `const THREADS = ${threads}u;`)
    .replace(/array<Segment, \d+>/, `array<Segment, ${segments}>`);
}

type Module = ReadonlyMap<string, Declaration>;

/** What each module has of its own, whatever others have: its entry point and its parameters. */
const OWN: ReadonlySet<string> = new Set(["main", "p", "parameters"]);

/** Names whose declarations are the same in all modules that have them, and in all that those refer to. */
function sharedNames(modules: readonly Module[]): Set<string> {
  const shared = new Set(modules.flatMap((module) => [...module.keys()]).filter((name) => !OWN.has(name)));
  const own = (name: string) => !shared.has(name) && modules.some((module) => module.has(name));
  for (let before = -1; before !== shared.size;) {
    before = shared.size;
    for (const name of shared) {
      const declarations = modules.flatMap((module) => module.get(name) ?? []);
      const differ = declarations.some(({ text }) => text !== declarations[0]!.text);
      const refer = declarations.some(({ uses }) => [...uses].some((other) => other !== name && own(other)));
      if (differ || refer) shared.delete(name);
    }
  }
  return shared;
}

const ARRAY = /^var<workgroup>\s+\w+:\s*array<(.+),\s*([^,]+)>;$/;

/** Arrays in workgroup memory that modules share, and the sizes each of them needs. */
function sharedArrays(modules: readonly Module[], shared: ReadonlySet<string>): Map<string, string> {
  const types = new Map<string, string>();
  for (const name of new Set(modules.flatMap((module) => [...module.keys()]))) {
    const arrays = modules.flatMap((module) => module.get(name) ?? []).map(({ text }) => ARRAY.exec(text)?.[1]);
    const [type] = arrays;
    if (!type || shared.has(name) || arrays.some((other) => other !== type)) continue;
    const own = type.match(IDENTIFIER)!.some((other) =>
      modules.some((module) => module.has(other)) && !shared.has(other)
    );
    if (!own) types.set(name, type);
  }
  return types;
}

function textOf(modules: readonly Module[], threads: number): string {
  const shared = sharedNames(modules), arrays = sharedArrays(modules, shared);
  const renamed = ({ kind, text }: Pick<Declaration, "kind" | "text">, number: number) =>
    text.replace(identifiers(kind), (name) => {
      if (!modules[number]!.has(name) || shared.has(name) || arrays.has(name)) return name;
      return name === "p" || name === "parameters" ? `bundle.module${number}` : `${name}_${number}`;
    });
  const once = new Map<string, string>(), lines: string[] = [];
  const sizes = new Map<string, string[]>();
  modules.forEach((module, number) => {
    for (const [name, declaration] of module) {
      const { kind, text } = declaration;
      if (name === "p" || name === "parameters") continue;
      if (shared.has(name)) once.set(name, text);
      else if (arrays.has(name)) {
        const size = renamed({ kind, text: ARRAY.exec(text)![2]! }, number);
        sizes.set(name, [...sizes.get(name) ?? [], size]);
      } else lines.push(renamed({ kind, text: name === "main" ? functionOf(text) : text }, number));
    }
  });
  for (const [name, type] of arrays) {
    const size = sizes.get(name)!.reduce((most, size) => `max(${most}, ${size})`);
    lines.push(`var<workgroup> ${name}: array<${type}, ${size}>;`);
  }
  const structs = modules.map((_, number) => {
    const name = shared.has("Parameters") ? "Parameters" : `Parameters_${number}`;
    return `  @align(16) module${number}: ${name},`;
  });
  const calls = modules.map((_, number) => {
    const first = number === 0 ? "0u" : `bundle.firsts[${number - 1}]`;
    const call = `main_${number}(vec3<u32>(index - ${first}, 0u, 0u), vec3<u32>(1u), local);`;
    return number === modules.length - 1
      ? `{\n    ${call}\n  }`
      : `if (index < bundle.firsts[${number}]) {\n    ${call}\n  }`;
  });
  return [
    `struct Bundle {\n  firsts: vec4<u32>,\n${structs.join("\n")}\n}`,
    "@group(0) @binding(1) var<uniform> bundle: Bundle;",
    `@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = workgroupIndex(workgroup, workgroups);
  ${calls.join(" else ")}
}`,
    ...once.values(),
    ...lines,
  ].join("\n\n");
}

/** An entry point as a function. */
const functionOf = (text: string) =>
  text.replace(/^(?:@\w+(?:\([^)]*\))?\s*)*fn/, "fn").replace(/@builtin\(\w+\)\s*/g, "");
