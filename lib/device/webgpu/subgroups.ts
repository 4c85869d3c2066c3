/** Whether invocations exchange registers, and how many in a row. */
import subgroupsText from "../../../kernels/webgpu/subgroups.wgsl" with { type: "text" };
import { constantsText, WORKGROUP } from "./module.ts";

/** Invocations of a subgroup, at least, where an implementation has subgroups and does not say more. */
const LEAST = 4;

/**
 * How many invocations in a row are in one subgroup at least; 1 if the device has no subgroups. WGSL leaves open which invocations make up
 * a subgroup, and a compiler may know the feature but not the text: so the device is asked, once.
 */
export async function subgroupOf(device: GPUDevice): Promise<number> {
  if (!device.features.has("subgroups")) return 1;
  const size = device.adapterInfo?.subgroupMinSize || LEAST;
  return await agreeing(device, size) === WORKGROUP ? size : 1;
}

/** How many invocations of a workgroup find their partners as they expect; undefined if the text is refused or the device fails. */
async function agreeing(device: GPUDevice, size: number): Promise<number | undefined> {
  const label = "subgroups";
  device.pushErrorScope("validation");
  const code = `enable subgroups;\n${subgroupsText}\n${constantsText({ WORKGROUP, SUBGROUP: size })}`;
  const module = device.createShaderModule({ label, code });
  const pipeline = device.createComputePipeline({ label, layout: "auto", compute: { module, entryPoint: "main" } });
  const count = device.createBuffer({ label, size: 4, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
  const answer = device.createBuffer({ label, size: 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  try {
    if (await device.popErrorScope()) return undefined;
    const encoder = device.createCommandEncoder({ label });
    const pass = encoder.beginComputePass({ label });
    pass.setPipeline(pipeline);
    const entries = [{ binding: 0, resource: { buffer: count } }];
    pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(1);
    pass.end();
    encoder.copyBufferToBuffer(count, 0, answer, 0, 4);
    device.queue.submit([encoder.finish()]);
    await answer.mapAsync(GPUMapMode.READ);
    return new Uint32Array(answer.getMappedRange())[0];
  } catch {
    return undefined; // lost: the next call says so
  } finally {
    count.destroy();
    answer.destroy();
  }
}
