import assert from "node:assert/strict";
import { PROGRAM, ProgramWriter } from "../../../lib/device/cpu/commands.ts";
import { command, HEADER, positions, row, table, word } from "../../../lib/device/cpu/layout.ts";
import type { Program } from "../../../lib/device/program.ts";
import type { Step } from "../../../lib/device/steps/mod.ts";
import { Calling } from "../../../lib/device/steps/custom.ts";

const KERNEL = command("kernel", { size: word("elements"), places: table("where they are") });

const program: Program = {
  values: [{ dtype: "float32", elements: 4, place: { kind: "bound", slot: 0 } }],
  steps: [],
  arenaBytes: 0,
  bound: 1,
  scalars: 1,
  offsets: 1,
};

const writerOf = () => new ProgramWriter(program, { kernels: new Map([["kernel", 42]]), instructions: new Map() }, 8);

/** A word of a finished program, by its byte offset. */
const at = ({ words }: { words: Int32Array }, bytes: number) => words[bytes / 4];

Deno.test("issue() writes a header, the fields, and tables that commands share", () => {
  const writer = writerOf();
  writer.issue(KERNEL, { chunks: 3, ns: 10 }, { size: 9, places: [5, 6] });
  writer.issue(KERNEL, { chunks: 1, ns: 10 }, { size: 8, places: [5, 6] });
  const encoded = writer.finish(), { words } = encoded;
  const [first, end] = [words[positions(PROGRAM).get("first")!]!, words[positions(PROGRAM).get("end")!]!];
  assert.equal(end, 4 * words.length);
  const commands = [...words.subarray(first / 4, end / 4)], places = commands[9]!;
  assert.deepEqual(commands, [42, 10, 3, 0, 0, 0, 0, 0, 9, places, 42, 10, 1, 0, 0, 0, 0, 0, 8, places]);
  assert.deepEqual([at(encoded, places), at(encoded, places + 4)], [5, 6]);
  assert.equal(encoded.commands, 2);
});

Deno.test("issue() refuses a kernel that is not listed", () => {
  const writer = writerOf(), other = command("other", {});
  assert.throws(() => writer.issue(other, { chunks: 1, ns: 1 }, {}), /^Error: Cannot run other: .*kernels.ts/);
});

Deno.test("commands are shared only if they are long, have several chunks, and are in a long program", () => {
  const shared = positions(HEADER).get("shared")!;
  const flags = (...cuts: { chunks: number; ns: number }[]) => {
    const writer = writerOf();
    for (const cut of cuts) writer.issue(KERNEL, cut, { size: 1, places: [] });
    const { words, shared: any } = writer.finish(), first = words[0]! / 4;
    return [any, ...cuts.map((_, i) => words[first + KERNEL.length * i + shared])];
  };
  assert.deepEqual(flags({ chunks: 2, ns: 900_000 }), [false, 0]);
  assert.deepEqual(flags({ chunks: 2, ns: 2_000_000 }, { chunks: 2, ns: 1_000 }), [true, 1, 0]);
  assert.deepEqual(flags({ chunks: 1, ns: 9_000_000 }, { chunks: 2, ns: 20_000 }), [false, 0, 0]);
});

Deno.test("rows() lays rows one after the other", () => {
  const writer = writerOf(), layout = row("pair", { a: word("first"), b: word("second") });
  assert.deepEqual(writer.rows(layout, [{ b: 2, a: 1 }, { a: 3, b: 4 }]), [1, 2, 3, 4]);
});

Deno.test("scratch() is reserved in pieces of 256 bytes, and given again to the next step", () => {
  const step = { kernel: "matmul" } as unknown as Step;
  const writer = new ProgramWriter({ ...program, steps: [step, step] }, {
    kernels: new Map(),
    instructions: new Map(),
  }, 8);
  writer.beginStep(0);
  assert.deepEqual([writer.scratch(1), writer.scratch(300), writer.scratch(8)], [0, 256, 768]);
  writer.beginStep(1);
  assert.equal(writer.scratch(8), 0);
  assert.equal(writer.finish().scratchBytes, 1024);
});

Deno.test("leave() cuts the commands where a host implementation runs", () => {
  const writer = writerOf(), output = { value: 0, shape: [4], strides: [1], offset: 0, dynamic: -1 };
  const nothing = { name: "nothing", inputs: [], numbers: [], wgsl: "fn kernel(i: u32) {}", cpu() {} };
  const step = { kernel: "custom", inputs: {}, output, attributes: new Calling(nothing, 0), numbers: {} } as const;
  writer.issue(KERNEL, { chunks: 1, ns: 1 }, { size: 1, places: [] });
  writer.leave(step);
  writer.issue(KERNEL, { chunks: 1, ns: 1 }, { size: 1, places: [] });
  const { words, breaks, commands } = writer.finish();
  assert.equal(commands, 3);
  assert.deepEqual(breaks.map(({ at }) => at), [words[0]! + 4 * KERNEL.length]);
});
