/**
 * The kernels of a step on the cpu: each command is run by itself, with all threads.
 *
 * @module
 */
import type { Backend } from "../../lib/device/backend.ts";
import { CpuBackend, type ObservedCommand } from "../../lib/device/cpu/backend.ts";
import type { Launch, Profiler } from "./profile_launch.ts";
import { stepBytes, stepFlops, stepName } from "./profile_work.ts";

/** Takes the commands of the cpu device, those of one step of a program together. */
export class CpuProfiler implements Profiler {
  readonly #backend: CpuBackend;

  constructor(backend: Backend) {
    if (!(backend instanceof CpuBackend)) throw new TypeError(`Cannot take steps of ${backend.kind} apart`);
    this.#backend = backend;
  }

  async launches(step: () => Promise<void>): Promise<Launch[]> {
    const commands: ObservedCommand[] = [];
    this.#backend.observer = (command) => commands.push(command);
    await step();
    this.#backend.observer = undefined;
    const launches: Launch[] = [];
    commands.forEach(({ program, step: at, chunks, milliseconds }, i) => {
      const before = commands[i - 1], microseconds = 1000 * milliseconds, step = program.steps[at]!;
      if (before?.program === program && before.step === at) {
        const last = launches.pop()!;
        launches.push({
          ...last,
          groups: last.groups + chunks,
          microseconds: last.microseconds! + microseconds,
        });
        return;
      }
      const work = { bytes: stepBytes(step, program), flops: stepFlops(step) };
      launches.push({ name: stepName(step), groups: chunks, ...work, microseconds });
    });
    return launches;
  }

  stop(): void {
    this.#backend.observer = undefined;
  }
}
