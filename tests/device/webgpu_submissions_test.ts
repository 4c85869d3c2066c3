/** Runs that share a submission: how many do, what sends them, and that nothing overtakes them. */
import assert from "node:assert/strict";
import type { DeviceBuffer } from "../../lib/device/backend.ts";
import type { Step } from "../../lib/device/steps/mod.ts";
import type { WebGpuBackend } from "../../lib/device/webgpu/backend.ts";
import { addInPlace, uploadAll, webgpuTest } from "./webgpu_cases.ts";

/** `y = y + x`, over 64 elements of which each is 1 in x and 0 in y, on a backend that is watched. */
interface Watched {
  readonly backend: WebGpuBackend;
  /** Runs it so often. */
  run(times: number): void;
  /** Submissions since the last question. */
  submissions(): number;
  readonly x: DeviceBuffer;
  readonly y: DeviceBuffer;
  /** The first element of y. */
  value(): Promise<number>;
}

/** A test in which no time passes, lest a slow machine sends runs early. */
function submissionsTest(name: string, test: (watched: Watched) => Promise<void>): void {
  webgpuTest(name, async (backend) => {
    const sum = addInPlace(64), { inputs } = sum, executable = backend.compile(sum.program);
    const buffers = uploadAll(backend, sum), [x, y] = buffers as [DeviceBuffer, DeviceBuffer];
    const { submit } = GPUQueue.prototype, { now } = performance;
    let count = 0;
    GPUQueue.prototype.submit = function (commands) {
      count++;
      submit.call(this, commands);
    };
    performance.now = () => 0;
    try {
      await test({
        backend,
        run(times) {
          for (let i = 0; i < times; i++) backend.run(executable, buffers, inputs.scalars, inputs.offsets);
        },
        submissions() {
          const before = count;
          count = 0;
          return before;
        },
        x,
        y,
        value: async () => (await backend.download([y]))[0]![0]!,
      });
    } finally {
      GPUQueue.prototype.submit = submit;
      performance.now = now;
    }
  });
}

submissionsTest(
  "eight runs share a submission, and a read sends those that wait",
  async ({ run, submissions, value }) => {
    run(7);
    assert.equal(submissions(), 0);
    run(1);
    assert.equal(submissions(), 1);
    run(11);
    assert.equal(submissions(), 1);
    assert.equal(await value(), 19);
    assert.equal(submissions(), 2); // the runs, and the copies
  },
);

submissionsTest(
  "a run that comes more than a millisecond after the first is sent with it",
  async ({ run, submissions, value }) => {
    run(1);
    performance.now = () => 1.5;
    run(1);
    assert.equal(submissions(), 1);
    assert.equal(await value(), 2);
  },
);

submissionsTest("runs that wait are sent when the thread has nothing to do", async ({ run, submissions, value }) => {
  run(3);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(submissions(), 1);
  assert.equal(await value(), 3);
});

submissionsTest("what is written after runs does not overtake them", async ({ backend, run, x, y, value }) => {
  run(2); // 1 + 1
  backend.upload(x, new Float32Array(64).fill(10));
  run(2); // 10 + 10
  assert.equal(await value(), 22);
  run(1);
  backend.upload(y, new Float32Array(64).fill(5));
  run(1);
  assert.equal(await value(), 15);
});

submissionsTest(
  "runs that wait stay right where the heap grows, and memory is used again",
  async ({ backend, run, submissions, value }) => {
    run(3);
    const large = backend.allocate("float32", 1 << 23);
    assert.equal(submissions(), 2); // the runs, and the copy into a larger buffer
    run(3);
    backend.free(large);
    run(1);
    assert.equal(await value(), 7);
  },
);

submissionsTest(
  "parameters of runs that share a submission lie apart, also where their buffer grows",
  async ({ backend, value, run }) => {
    /** Runs a sum of its own `runs` times, of so many steps. */
    const start = (steps: number, runs: number) => {
      const sum = addInPlace(64), { scalars, offsets } = sum.inputs;
      const program = { ...sum.program, steps: new Array<Step>(steps).fill(sum.program.steps[0]!) };
      const executable = backend.compile(program), buffers = uploadAll(backend, sum);
      return {
        run: () => {
          for (let i = 0; i < runs; i++) backend.run(executable, buffers, scalars, offsets);
        },
        value: async () => (await backend.download([buffers[1]!]))[0]![0],
      };
    };
    const short = start(1, 2), long = start(900, 5); // 900 steps need more room than there is at first
    run(1);
    short.run();
    run(1);
    assert.deepEqual([await short.value(), await value()], [2, 2]);
    run(1);
    long.run();
    run(1);
    assert.deepEqual([await long.value(), await value()], [4500, 4]);
  },
);

submissionsTest("a device that is disposed of forgets the runs that wait", async ({ backend, run, submissions }) => {
  run(1);
  backend.dispose();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(submissions(), 0);
});
