/**
 * Speed of single cpu kernels on the shapes of the lessons' network: best time of many runs, GFLOP/s or GB/s, and the share of the speed
 * of a product that fits the L1 cache (for GB/s: the quotient of the times), which other work on the machine hardly disturbs.
 *
 *     deno run tests/device/cpu/kernel_bench.ts [BATCH …] [--threads 1,2] [--only NAME]
 */
import { parseArgs } from "node:util";
import { createCpuBackend } from "../../../lib/device/cpu/backend.ts";
import type { Backend } from "../../../lib/device/backend.ts";
import { Builder, casesOf, PLAIN } from "./kernel_cases.ts";

const { positionals, values: options } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: {
    threads: { type: "string", default: "1,2" },
    only: { type: "string", default: "" },
    ms: { type: "string", default: "400" },
  },
});
const batches = positionals.length > 0 ? positionals.map(Number) : [1024, 64, 2];

const threads = options.threads.split(",").map(Number),
  backends = threads.map((count) => createCpuBackend({ threads: count }));
const offsets = new Int32Array();

/** A program ready to run. */
function prepare(backend: Backend, build: (b: Builder) => void): { run(runs: number): number; free(): void } {
  const builder = new Builder();
  build(builder);
  const program = builder.program, scalars = Float64Array.from(builder.scalars);
  const buffers = program.values.map(({ dtype, elements }) => {
    const buffer = backend.allocate(dtype, elements);
    backend.upload(
      buffer,
      dtype === "int32" ? new Int32Array(elements).fill(3) : new Float32Array(elements).map((_, i) => Math.sin(i)),
    );
    return buffer;
  });
  const executable = backend.compile(program);
  return {
    /** Microseconds of one of `runs` runs. */
    run(runs) {
      const start = performance.now();
      for (let i = 0; i < runs; i++) backend.run(executable, buffers, scalars, offsets);
      return 1000 * (performance.now() - start) / runs;
    },
    free: () => buffers.forEach((buffer) => backend.free(buffer)),
  };
}

/** A product that fits the L1 cache: as fast as the tile gets. */
const yardsticks = backends.map((backend) =>
  prepare(backend, (b) =>
    b.steps.push({
      kernel: "matmul",
      inputs: { a: b.tensor([1, 24, 256]), b: b.tensor([1, 256, 8]) },
      output: b.tensor([1, 24, 8]),
      ...PLAIN,
    }))
);

/**
 * Best time of a run in microseconds, and the median of its quotient by the yardstick's time just before: other work on the machine slows both.
 */
function measure(at: number, build: (b: Builder) => void): { best: number; quotient: number } {
  const program = prepare(backends[at]!, build);
  let best = Infinity;
  const quotients: number[] = [], end = performance.now() + Number(options.ms);
  do {
    // Enough runs in one measurement for the clock's resolution.
    const before = yardsticks[at]!.run(20), time = program.run(Math.min(1000, Math.max(1, Math.ceil(100 / best))));
    const after = yardsticks[at]!.run(20);
    best = Math.min(best, time);
    quotients.push(2 * time / (before + after));
  } while (performance.now() < end);
  program.free();
  return { best, quotient: quotients.sort((a, b) => a - b)[quotients.length >> 1]! };
}

console.log(
  "kernel".padEnd(48),
  threads.map((count) => `${count} thread${count > 1 ? "s" : ""}`.padStart(32)).join(""),
);
for (const n of batches) {
  const conv = threads.map(() => 0);
  for (const { name, amount, unit, build } of casesOf(n)) {
    if (!name.includes(options.only)) continue;
    const cells = [];
    for (let at = 0; at < threads.length; at++) {
      const { best: time, quotient } = measure(at, build);
      if (name.startsWith("conv")) conv[at]! += time;
      const share = unit === "GFLOP/s"
        ? `${(100 * amount / (2 * 24 * 256 * 8) / quotient).toFixed(0)}%`
        : quotient.toFixed(2);
      cells.push(`${time.toFixed(1)} µs ${(amount / time / 1000).toFixed(1)} ${unit} ${share}`.padStart(32));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    console.log(name.padEnd(48), cells.join(""));
  }
  console.log(
    `all convolutions, batch ${n}`.padEnd(48),
    conv.map((time) => `${time.toFixed(0)} µs`.padStart(32)).join(""),
  );
}
backends.forEach((backend) => backend.dispose());
