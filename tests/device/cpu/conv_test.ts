import { createCpuBackend } from "../../../lib/device/cpu/backend.ts";
import { Mulberry32 } from "../../../tasks/mulberry32.ts";
import { checkAgainstReference } from "../conformance.ts";
import {
  BANDED_GEOMETRIES,
  CONV_KERNELS,
  convProgram,
  DEPTHWISE_GEOMETRIES,
  GEOMETRIES,
  GROUPED_GEOMETRIES,
  ONE_CHANNEL_GEOMETRIES,
  PHASED_GEOMETRIES,
  randomGeometry,
  WIDE_GEOMETRIES,
  WINOGRAD_GEOMETRIES,
  WINOGRAD_GROUPS,
} from "./conv_programs.ts";

for (const kernel of CONV_KERNELS) {
  Deno.test(`${kernel} agrees with the reference in every geometry`, async () => {
    const backend = createCpuBackend({ threads: 1 });
    const narrow = [GEOMETRIES, ONE_CHANNEL_GEOMETRIES, GROUPED_GEOMETRIES, DEPTHWISE_GEOMETRIES];
    const geometries = [
      ...narrow,
      BANDED_GEOMETRIES,
      PHASED_GEOMETRIES,
      WIDE_GEOMETRIES,
      WINOGRAD_GEOMETRIES,
      WINOGRAD_GROUPS,
    ];
    const random = new Mulberry32(7), byChance = Array.from({ length: 120 }, () => randomGeometry(random));
    for (const geometry of [...geometries.flat(), ...byChance]) {
      const { label, program, inputs } = convProgram(kernel, geometry);
      await checkAgainstReference(backend, program, inputs, { label });
    }
    backend.dispose();
  });
}
