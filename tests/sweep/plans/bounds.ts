/** A plan that compiles a module of WebAssembly and reads beyond its memory. */
import { device } from "../../../lib/device/device.ts";
import { defineSweep } from "../../../lib/sweep/plan.ts";

// (module (memory 1) (func (export "read") (param i32) (result i32) local.get 0 i32.load)), as bytes
const MODULE = "0061736d0100000001060160017f017f03020100050301000107080104726561640000" + "0a0901070020002802000b";

/** Whether an element far past the end of a WebAssembly memory is refused. */
function isBounded(): boolean {
  const bytes = Uint8Array.from(MODULE.match(/../g)!, (hex) => parseInt(hex, 16));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  try {
    (exports.read as (at: number) => number)(65536);
    return false;
  } catch (error) {
    return error instanceof WebAssembly.RuntimeError;
  }
}

export default defineSweep({
  name: "bounds",
  grid: { what: ["words", "read"] },
  attempts: 1,
  trial: async ({ what }) => {
    if (what === "read") return { bounded: Number(isBounded()) };
    const { description } = await device("cpu", { threads: 1 }).ready;
    return { bounded: Number(!description.includes("unchecked memory")) };
  },
});
