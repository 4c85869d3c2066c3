/** Calls of newer layers, optimisers, schedules and callbacks: a part of options_calls.ts. */
import * as sonde from "../mod.ts";

const { data, F, learner, nn, ones, optim, tensor, zeros } = sonde;
const { init } = nn;

const x = () => ones([2, 2]), images = () => ones([1, 1, 4, 4]), kernel = () => ones([1, 1, 3, 3]);
const leaf = () => tensor([1, 2], { requiresGrad: true }).keep();
const set = () => new data.TensorDataset(ones([4, 2]), zeros([4], { dtype: "int32" }));
const learn = () =>
  learner.Learner.of(new nn.Linear(2, 2), data.DataLoaders.of(set(), set())).loss(F.crossEntropy).lr(0.1);

/** Options of any name, as unchecked code gives them. Nobody's type has them all. */
type Given = Record<string, never>;

export const TRAINING_CALLS: Readonly<Record<string, (options: Given) => unknown>> = {
  "learner/callbacks/best_weights new BestWeightsCB options": (o) => new learner.BestWeightsCB(o),
  "learner/callbacks/ema new EMACB options": (o) => new learner.EMACB(o),
  "learner/callbacks/mixup new CutMixCB options": (o) => new learner.CutMixCB(o),
  "learner/callbacks/mixup new MixCB options": (o) => new learner.MixUpCB(o),
  "learner/callbacks/mixup new MixUpCB options": (o) => new learner.MixUpCB(o),
  "learner/callbacks/one_cycle new OneCycleCB options": (o) => new learner.OneCycleCB(o),
  "learner/learner Learner#fineTune options": (o) => learn().fineTune(1, o),
  "learner/learner Learner#fitOneCycle options": (o) => learn().fitOneCycle(1, o),
  "learner/callbacks/plateau new ReduceOnPlateauCB options": (o) => new learner.ReduceOnPlateauCB(o),
  "nn/rnn new GRU options": (o) => new nn.GRU(2, 2, o),
  "nn/rnn new LSTM options": (o) => new nn.LSTM(2, 2, o),
  "nn/rnn new RNN options": (o) => new nn.RNN(2, 2, o),
  "nn/attention scaledDotProductAttention options": (o) => F.scaledDotProductAttention(x(), x(), x(), o),
  "nn/dropout dropout2d options": (o) => F.dropout2d(images(), o),
  "nn/instance_norm new InstanceNorm1d options": (o) => new nn.InstanceNorm1d(1, o),
  "nn/multihead_attention MultiheadAttention#attend options": (o) =>
    new nn.MultiheadAttention(2, 1).attend(ones([1, 1, 2]), ones([1, 1, 2]), ones([1, 1, 2]), o),
  "nn/multihead_attention new MultiheadAttention options": (o) => new nn.MultiheadAttention(2, 1, o),
  "nn/patterns dirac_ options": (o) => init.dirac_(kernel(), o),
  "nn/patterns sparse_ options": (o) => init.sparse_(x(), { sparsity: 0.5, ...o }),
  "nn/rms_norm new RMSNorm options": (o) => new nn.RMSNorm(2, o),
  "nn/rms_norm rmsNorm options": (o) => F.rmsNorm(x(), [2], o),
  "nn/upsample new Upsample options": (o) => new nn.Upsample({ size: 2, ...o }),
  "optim/adagrad new Adagrad options": (o) => new optim.Adagrad([leaf()], o),
  "optim/clip clipGradNorm options": (o) => optim.clipGradNorm([leaf()], 1, o),
  "optim/plateau new ReduceOnPlateau options": (o) => new optim.ReduceOnPlateau({ paramGroups: [] }, o),
  "optim/step_schedules schedMultiStep options": (o) => optim.schedMultiStep(1, { at: [0.5], ...o }),
  "optim/step_schedules schedRestarts options": (o) => optim.schedRestarts(1, { cycles: 2, ...o }),
  "optim/step_schedules schedStep options": (o) => optim.schedStep(1, { every: 0.5, ...o }),
  "optim/step_schedules schedWarmUp options": (o) => optim.schedWarmUp((x) => x, { share: 0.5, ...o }),
  "optim/lion new Lion options": (o) => new optim.Lion([leaf()], o),
  "optim/nadam new NAdam options": (o) => new optim.NAdam([leaf()], o),
  "optim/radam new RAdam options": (o) => new optim.RAdam([leaf()], o),
  "tensor/grad grad options": (o) => {
    const x = leaf();
    return sonde.autograd.grad(x.sum(), x, o);
  },
  "tensor/define_function defineFunction definition": (o) =>
    sonde.autograd.defineFunction({ name: "a", forward: (x: sonde.Tensor) => x, backward: (g) => g, ...o }),
};
