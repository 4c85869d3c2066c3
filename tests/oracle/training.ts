/** The runs of tests/goldens/training.json: the lesson's model with PyTorch's weights, with layers and by hand, and its batches. */
import type { Device } from "../../lib/device/device.ts";
import { noGrad } from "../../lib/graph/context.ts";
import { flush } from "../../lib/engine/flush.ts";
import { Conv2d, Flatten, functional as F, GeneralReLU, type Module, ReLU, Sequential } from "../../lib/nn/mod.ts";
import { SGD } from "../../lib/optim/mod.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { conv2d } from "../../lib/tensor/conv.ts";
import { crossEntropyRows } from "../../lib/tensor/rows.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { floats, readGolden } from "./golden.ts";

/** A stored run. */
export interface Run {
  name: string;
  activation: "ReLU" | "GeneralReLU";
  options: { lr: number; momentum: number; nesterov?: boolean; weight_decay?: number };
  weights: { shape: number[]; data: string }[];
  labels: number[][];
  losses: number[];
  /** Weight and bias of the first convolution after the last step. */
  last: string[];
}

/** The stored runs. */
export const runs = readGolden<{ runs: Run[] }>("training.json").runs;

/** The images of a step: the formula of make_training_goldens.py. */
export function images(step: number, labels: number[]): Float32Array {
  const out = new Float32Array(labels.length * 784);
  labels.forEach((c, i) => {
    for (let y = 0; y < 28; y++) {
      for (let x = 0; x < 28; x++) {
        const pixel = Math.sin(0.05 * (c + 2) * y + 0.09 * (c % 3 + 1) * x + 0.37 * i + step);
        out[i * 784 + y * 28 + x] = Math.round(pixel * 1024) / 1024;
      }
    }
  });
  return out;
}

/** A step on a batch: returns the loss. */
export type Step = (x: Tensor, y: Tensor) => Tensor;

/** Layers and optimiser of the library. */
export function withLayers(run: Run, device: Device): { step: Step; first: Tensor[] } {
  const sizes = [1, 8, 16, 32, 64, 10];
  const layers: Module[] = [];
  for (let i = 0; i < 5; i++) {
    layers.push(new Conv2d(sizes[i]!, sizes[i + 1]!, 3, { stride: 2, padding: 1, device }));
    if (i < 4) layers.push(run.activation === "ReLU" ? new ReLU() : new GeneralReLU({ leak: 0.1, sub: 0.4 }));
  }
  const model = new Sequential(...layers, new Flatten());
  const parameters = [...model.parameters()];
  noGrad(() =>
    parameters.forEach((p, i) =>
      p.copy_(tensor(floats(run.weights[i]!.data), { shape: run.weights[i]!.shape, device }))
    )
  );
  const { lr, momentum, nesterov = false, weight_decay: weightDecay = 0 } = run.options;
  const optimizer = new SGD(parameters, { lr, momentum, nesterov, weightDecay });
  const step: Step = (x, y) => {
    const loss = F.crossEntropy(model.call(x) as Tensor, y);
    loss.backward();
    optimizer.step();
    optimizer.zeroGrad();
    return loss;
  };
  return { step, first: parameters.slice(0, 2) };
}

/** Tensors alone. */
export function byHand(run: Run, device: Device): { step: Step; first: Tensor[] } {
  const parameters = run.weights.map(({ shape, data }) =>
    tensor(floats(data), { shape, device, requiresGrad: true }).keep()
  );
  const velocities = parameters.map((p) => p.mul(0).detach().keep());
  const { lr, momentum, nesterov = false, weight_decay: weightDecay = 0 } = run.options;
  const step: Step = (x, y) => {
    let h = x;
    for (let i = 0; i < 5; i++) {
      h = conv2d(h, parameters[2 * i]!, { stride: 2, padding: 1 }).add(parameters[2 * i + 1]!.view(1, -1, 1, 1));
      if (i < 4) h = run.activation === "ReLU" ? h.relu() : h.leakyRelu(0.1).sub(0.4);
    }
    const loss = crossEntropyRows(h.flatten(1), y).mean();
    loss.backward();
    noGrad(() => {
      parameters.forEach((p, i) => {
        const g = p.grad!.add(p.mul(weightDecay)), v = velocities[i]!;
        v.mul_(momentum).add_(g);
        p.sub_((nesterov ? g.add(v.mul(momentum)) : v).mul(lr));
        p.grad = null;
      });
    });
    flush(device);
    return loss;
  };
  return { step, first: parameters.slice(0, 2) };
}

/** The batch of a step. */
export function batchOf(run: Run, step: number, device: Device): [Tensor, Tensor] {
  const labels = run.labels[step]!;
  const x = tensor(images(step, labels), { shape: [labels.length, 1, 28, 28], device });
  return [x, tensor(Int32Array.from(labels), { dtype: "int32", device })];
}
