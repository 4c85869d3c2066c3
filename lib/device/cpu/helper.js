// A helper thread of the cpu device: gets the module and the memory by message, then lives inside wasm until told to stop.
// This file is imported as text and started from a data: URL, so it must import nothing of the project. Whatever goes wrong is
// reported through the shared memory, for the main thread may be blocked.
import { parentPort } from "node:worker_threads";

parentPort.once("message", async ({ module, memory, scratch, odometer, failed }) => {
  try {
    const { exports } = await WebAssembly.instantiate(module, { env: { memory, abort() {} } });
    exports.setThread(scratch, odometer);
    exports.help(scratch);
  } catch (error) {
    const text = new TextEncoder().encode(String(error)).subarray(0, 100);
    const bytes = new Uint8Array(memory.buffer);
    bytes.set(text, failed + 8);
    Atomics.store(new Int32Array(memory.buffer), (failed >> 2) + 1, text.length);
    Atomics.store(new Int32Array(memory.buffer), failed >> 2, 1);
  }
});
