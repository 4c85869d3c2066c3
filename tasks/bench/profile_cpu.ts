/**
 * The kernels of a step on the cpu: each command is run by itself, with all threads.
 *
 * @module
 */
import type { Backend } from "../../lib/device/backend.ts";
import { CpuBackend, type ObservedCommand } from "../../lib/device/cpu/backend.ts";
import type { CpuLaunch, Profiler } from "./profile_launch.ts";
import { productOf, stepBytes, stepFlops, stepName } from "./profile_work.ts";

/** Takes the commands of the cpu device, those of one step of a program together. */
export class CpuProfiler implements Profiler {
  readonly #backend: CpuBackend;

  constructor(backend: Backend) {
    if (!(backend instanceof CpuBackend)) throw new TypeError(`Cannot take steps of ${backend.kind} apart`);
    this.#backend = backend;
  }

  async launches(step: () => Promise<void>): Promise<CpuLaunch[]> {
    return (await this.apart(step)).launches;
  }

  /** The kernels of a step, and the microseconds that it took besides: recording, planning and binding. */
  async apart(step: () => Promise<void>): Promise<{ launches: CpuLaunch[]; aroundMicroseconds: number }> {
    const commands: ObservedCommand[] = [];
    this.#backend.observer = (command) => commands.push(command);
    const began = performance.now();
    await step();
    const took = performance.now() - began;
    this.#backend.observer = undefined;
    const launches: CpuLaunch[] = [];
    commands.forEach(({ program, step: at, chunks, milliseconds }, i) => {
      const before = commands[i - 1], microseconds = 1000 * milliseconds, step = program.steps[at]!;
      if (before?.program === program && before.step === at) {
        const last = launches.pop()!;
        launches.push({
          ...last,
          groups: last.groups + chunks,
          microseconds: last.microseconds + microseconds,
          commands: [...last.commands, chunks],
        });
        return;
      }
      const work = { bytes: stepBytes(step, program), flops: stepFlops(step) };
      const product = productOf(step);
      launches.push({
        name: stepName(step),
        groups: chunks,
        ...work,
        microseconds,
        commands: [chunks],
        ...(product ? { product } : {}),
      });
    });
    const kernels = commands.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    return { launches, aroundMicroseconds: 1000 * (took - kernels) };
  }

  stop(): void {
    this.#backend.observer = undefined;
  }
}
