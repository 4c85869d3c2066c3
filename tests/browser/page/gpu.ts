/** Watches all WebGPU of the page: what compilers say of each module, and errors that no scope catches. */

/** What was seen. */
export const seen = { modules: 0, withSubgroups: 0, messages: [] as string[], errors: [] as string[] };

const waiting: Promise<void>[] = [];

/** Waits until the compiler has spoken of every module so far. */
export async function settled(): Promise<void> {
  await Promise.all(waiting.splice(0));
}

// Compiling takes most of the time: one device serves all tests, and compiles each text once.
const modules = new Map<string, GPUShaderModule>();
const texts = new WeakMap<GPUShaderModule, string>();
const { createShaderModule } = GPUDevice.prototype;
GPUDevice.prototype.createShaderModule = function (descriptor) {
  const made = modules.get(descriptor.code);
  if (made) return made;
  const module = createShaderModule.call(this, descriptor);
  modules.set(descriptor.code, module);
  texts.set(module, descriptor.code);
  seen.modules++;
  if (descriptor.code.startsWith("enable subgroups;")) seen.withSubgroups++;
  const say = ({ messages }: GPUCompilationInfo) => {
    for (const { type, message, lineNum } of messages) {
      seen.messages.push(`${descriptor.label}, line ${lineNum}: ${type}: ${message}\n${descriptor.code}`);
    }
  };
  waiting.push(module.getCompilationInfo().then(say, () => {})); // a device that is lost says nothing more
  return module;
};

const pipelines = new Map<string, GPUComputePipeline>();
const { createComputePipeline } = GPUDevice.prototype;
GPUDevice.prototype.createComputePipeline = function (descriptor) {
  const text = texts.get(descriptor.compute.module)!;
  let pipeline = pipelines.get(text);
  if (!pipeline) pipelines.set(text, pipeline = createComputePipeline.call(this, descriptor));
  return pipeline;
};

let shared: Promise<GPUDevice> | undefined;
const { requestDevice } = GPUAdapter.prototype;
GPUAdapter.prototype.requestDevice = function (descriptor) {
  return shared ??= requestDevice.call(this, descriptor).then((device) => {
    device.addEventListener("uncapturederror", (event) => {
      seen.errors.push((event as GPUUncapturedErrorEvent).error.message);
    });
    device.destroy = () => undefined;
    return device;
  });
};

/** Has the compiler look at a text on the device that has been opened, and leaves it at that: most time goes into machine code. */
export async function compileText(label: string, code: string): Promise<void> {
  (await shared!).createShaderModule({ label, code });
}
