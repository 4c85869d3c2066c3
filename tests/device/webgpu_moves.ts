/** What the texts of products say of how they move words: read from the text, as a driver sees it. */
import type { Dispatch } from "../../lib/device/webgpu/module.ts";

/** How a product moves words. */
export interface Moves {
  /** How a and b are read, and whether results are written by words or by fours. */
  readonly how: string;
  /** Loads that fill one tile of each operand, by all invocations together; and stores of an invocation, without a chain. */
  readonly loads: number;
  readonly stores: number;
}

/** Functions of a text, without comments, by name. */
function functionsOf(code: string): Map<string, string> {
  const bare = code.replace(/\/\/.*$/gm, ""), found = new Map<string, string>();
  for (const [text, name] of bare.matchAll(/^fn (\w+)\([\s\S]*?^}/gm)) found.set(name!, text);
  return found;
}

/** How often a function reaches the heap: its own accesses, and those of the functions that it calls. */
function reaches(name: string, functions: ReadonlyMap<string, string>): number {
  const text = functions.get(name)!, body = text.slice(text.indexOf("{"));
  const own = [...body.matchAll(/\bheap\[/g)].length;
  const called = [...body.matchAll(/\b(\w+)\(/g)].filter(([, other]) => functions.has(other!) && other !== name);
  return called.reduce((sum, [, other]) => sum + reaches(other!, functions), own);
}

/** What a product's text does; of a bundle, the module with that number behind its names. */
export function movesOf({ code }: Pick<Dispatch, "code">, number?: number): Moves {
  const suffix = number === undefined ? "" : `_${number}`;
  const functions = functionsOf(code);
  const named = (name: string) => functions.has(name + suffix) ? name + suffix : name;
  const constant = (name: string) => {
    const [, value] = new RegExp(`const (?:${name}${suffix}|${name}) = (\\d+)u`).exec(code)!;
    return Number(value);
  };
  const [DEPTH, TX, TY] = ["DEPTH", "TX", "TY"].map(constant) as [number, number, number];
  const turns = { along: DEPTH / 4, across: DEPTH, single: DEPTH };
  const operand = (name: "a" | "b", quads: number) => {
    const fill = named(`${name}Fill`), text = functions.get(fill)!;
    const way = text.includes("transpose(") ? "along" : text.includes("Four") ? "across" : "single";
    const turn = reaches(fill, functions);
    return { way, loads: turn * turns[way] * quads };
  };
  const a = operand("a", TY), b = operand("b", TX);
  const fours = functions.get(named("storeElement"))!.includes("vec4<f32>");
  return {
    how: `a ${a.way}, b ${b.way}, ${fours ? "fours" : "words"}`,
    loads: a.loads + b.loads,
    stores: fours ? 4 : 16,
  };
}
