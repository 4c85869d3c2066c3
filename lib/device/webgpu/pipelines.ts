/** Compiled kernels, by their text: sizes are parameters, so that a text serves many shapes. */
import type { Health } from "./health.ts";
import type { DeviceMemory } from "./memory.ts";

/** The pipelines of one device. */
export class Pipelines {
  readonly #byText = new Map<string, GPUComputePipeline>();
  readonly #layout: GPUPipelineLayout;
  readonly #health: Health;

  constructor(health: Health, memory: DeviceMemory) {
    this.#health = health;
    this.#layout = health.device.createPipelineLayout({ label: "sonde", bindGroupLayouts: [memory.layout] });
  }

  /** How many kernels have been compiled. */
  get count(): number {
    return this.#byText.size;
  }

  /** The pipeline of a module; a text that does not compile fails the device, with the driver's message, line and caret. */
  get(label: string, code: string): GPUComputePipeline {
    let pipeline = this.#byText.get(code);
    if (!pipeline) {
      const { device } = this.#health;
      pipeline = this.#health.scoped(`compile the kernel ${label}`, () => {
        const module = device.createShaderModule({ label, code });
        return device.createComputePipeline({ label, layout: this.#layout, compute: { module, entryPoint: "main" } });
      });
      this.#byText.set(code, pipeline);
    }
    return pipeline;
  }
}
