/**
 * A call of everything public that takes options: each gives its options to one thing, beside those it cannot do without.
 *
 * The keys are those of public_options.ts; a test compares them with what `deno doc` finds.
 */
import * as sonde from "../mod.ts";
import type { Loaders, Tensor } from "../mod.ts";
import { TENSOR_CALLS } from "./options_calls_tensors.ts";
import { TRAINING_CALLS } from "./options_calls_training.ts";
import { RunningNorm } from "../lib/nn/running_norm.ts";
import { TrialData } from "../lib/sweep/trial_data.ts";
import { inFolder } from "./in_folder.ts";

const { data, F, learner, lessons, nn, ones, optim, plot, sweep, tensor, zeros } = sonde;
const { foundations } = lessons, { init } = nn;

/** Options of any name, as unchecked code gives them. Nobody's type has them all. */
type Given = Record<string, never>;

const x = () => ones([2, 2]), images = () => ones([1, 1, 4, 4]), kernel = () => ones([1, 1, 3, 3]);
const leaf = () => tensor([1, 2], { requiresGrad: true }).keep();
const set = () => new data.TensorDataset(ones([4, 2]), zeros([4], { dtype: "int32" }));
const part = () => ({ images: new Uint8Array(4 * 784), labels: new Uint8Array(4), count: 4 });
const raw = () => ({ shape: [28, 28] as const, train: part(), test: part() });
const loaders = (): Loaders => data.DataLoaders.of(set(), set());
const model = () => new nn.Linear(2, 2);
const learn = () => learner.Learner.of(model(), loaders()).loss(F.crossEntropy).lr(0.1);
const layer = { name: "0", kind: "ReLU", shape: ["n", 2], parameters: 0 };
const chart = () => plot.heatMap({ counts: [[1, 2]], range: [0, 1] });
const sequence = () => new nn.Sequential(new nn.Linear(2, 2), new nn.ReLU());
const judged = () =>
  new learner.Interpretation([{ index: 0, actual: 0, predicted: 0, loss: 1 }], ["a"], () => Promise.resolve(images()));
const stats = async () => {
  const watcher = new learner.ActivationStats();
  await learn().callbacks([watcher]).fit(1);
  return watcher;
};
const cube = () =>
  sonde.defineOperation({ name: "cube", inputs: ["x"], wgsl: "fn kernel(i: u32) { store(i, x(i)); }", cpu: CUBE });
const CUBE = ({ x, out }: { x: ArrayLike<number>; out: { [i: number]: number; length: number } }) => {
  for (let i = 0; i < out.length; i++) out[i] = x[i]!;
};
class Core extends learner.LearnerState {}
class Plain extends optim.Optimizer {
  protected override update(): void {}
}
class Norm extends RunningNorm {
  forward(x: Tensor): Tensor {
    return x;
  }
}
/** Any layer will do. */
const LOOSE = { tolerance: 10, strict: false };
const axis = { title: "" }, line = { label: "a", points: [] }, series = { label: "a", values: [1] };

/** What is called with options; async where the thing is. */
export const CALLS: Readonly<Record<string, (options: Given) => unknown>> = {
  "data/augment randomBrightness options": (o) => data.randomBrightness(o),
  "data/augment randomCrop options": (o) => data.randomCrop(o),
  "data/augment randomFlip options": (o) => data.randomFlip(o),
  "data/augment randomRotate options": (o) => data.randomRotate(o),
  "data/augment_places randomCopy options": (o) => data.randomCopy(o),
  "data/augment_places randomErase options": (o) => data.randomErase(o),
  "data/characters new CharacterDataset options": (o) => new data.CharacterDataset("text", { length: 2, ...o }),
  "data/catalogue loadRaw options": async (o) => {
    const raw = await data.loadRaw("garments", o);
    if ("stop" in raw) (raw as sonde.data.DrawnAhead).stop();
  },
  "data/dataloaders DataLoaders.fromDict options": (o) =>
    data.DataLoaders.fromDict({ train: { x: [1] }, valid: { x: [1] } }, o),
  "data/dataloaders DataLoaders.fromDict parts": (o) =>
    data.DataLoaders.fromDict({ train: { x: [1] }, valid: { x: [1] }, ...o }),
  "data/dataloaders DataLoaders.fromRaw options": (o) => data.DataLoaders.fromRaw(raw(), o),
  "data/dataloaders DataLoaders.of options": (o) => data.DataLoaders.of(set(), set(), o),
  "data/dict_dataset new DictDataset options": (o) => new data.DictDataset({ x: [1] }, o),
  "data/garments/garments GarmentsSource#drawAll options": (o) =>
    data.garments({ trainCount: 1, testCount: 1 }).drawAll(o),
  "data/garments/garments garments options": (o) => data.garments(o),
  "data/garments/garments new GarmentsSource options": (o) => new data.GarmentsSource(o),
  "data/image_dataset new ImageDataset options": (o) => new data.ImageDataset(part(), o),
  "data/image_dataset Normalization": (o) => new data.ImageDataset(part(), { normalize: { mean: 0, std: 1, ...o } }),
  "data/image_folder imageFolder options": (o) =>
    inFolder(async (folder) => {
      await Deno.mkdir(`${folder}/a`);
      await (await plot.showImages(images())).save(`${folder}/a/1.png`);
      await data.imageFolder(folder, { size: 4, ...o });
    }),
  "data/loader new DataLoader options": (o) => new data.DataLoader(set(), o),
  "data/subset kFold options": (o) => data.kFold(set(), 2, o),
  "data/subset randomSplit options": (o) => data.randomSplit(set(), [4], o),
  "data/table Table#codes options": async (o) => (await data.parseCsv("a\n1\n")).codes("a", o),
  "data/table Table#matrix options": async (o) => (await data.parseCsv("a\n1\n")).matrix(["a"], o),
  "data/table parseCsv options": (o) => data.parseCsv("a\n1\n", o),
  "data/table readCsv options": (o) =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/a.csv`, "a\n1\n");
      await data.readCsv(`${folder}/a.csv`, o);
    }),
  "data/weighted_sampler new WeightedRandomSampler options": (o) => new data.WeightedRandomSampler([1], o),
  "device/device device options": (o) => sonde.device("cpu", o),
  "device/device new Device options": (o) => new sonde.Device("cpu", o),
  "learner/callbacks/activation_stats ActivationStats#binChart options": async (o) => (await stats()).binChart(o),
  "learner/callbacks/activation_stats ActivationStats#deadChart options": async (o) => (await stats()).deadChart(o),
  "learner/callbacks/activation_stats ActivationStats#plotStats options": async (o) => (await stats()).plotStats(o),
  "learner/callbacks/activation_stats new ActivationStats options": (o) => new learner.ActivationStats(undefined, o),
  "learner/callbacks/batch_transform new BatchTransformCB options": (o) => new learner.BatchTransformCB((b) => b, o),
  "learner/callbacks/batch_transform new NormalizeCB from": (o) => new learner.NormalizeCB({ mean: 0, std: 1, ...o }),
  "learner/callbacks/batch_transform normalize from": (o) => learner.normalize({ mean: 0, std: 1, ...o }),
  "learner/callbacks/checkpoint new CheckpointCB options": (o) => new learner.CheckpointCB("checkpoints", o),
  "learner/callbacks/diagnose new DiagnoseCB options": (o) => new learner.DiagnoseCB(o),
  "learner/callbacks/early_stopping new EarlyStoppingCB options": (o) => new learner.EarlyStoppingCB(o),
  "learner/callbacks/hooks new HooksCallback options": (o) => new learner.HooksCallback(() => {}, o),
  "learner/callbacks/lr_finder new LRFinderCB options": (o) => new learner.LRFinderCB(o),
  "learner/callbacks/metrics new MetricsCB options": (o) => new learner.MetricsCB({}, o),
  "learner/callbacks/live new LiveCB options": (o) => new learner.LiveCB(o),
  "learner/callbacks/progress new ProgressCB options": (o) => new learner.ProgressCB(o),
  "learner/callbacks/recorder new Recorder options": (o) => new learner.Recorder(o),
  "learner/core LearnerCore#fit options": (o) => learn().fit(1, o),
  "learner/core new LearnerCore dls": (o) => new learner.LearnerCore(model(), { train: [], ...o }),
  "learner/core new LearnerCore options": (o) => new learner.LearnerCore(model(), loaders(), F.mseLoss, o),
  "learner/diagnose diagnose input": (o) => learner.diagnose(o),
  "learner/diagnosis new Diagnosis input": (o) => new learner.Diagnosis([], o),
  "learner/interpret Interpretation#confusion options": (o) => judged().confusion(o),
  "learner/interpret Interpretation#plotTopLosses options": (o) => judged().plotTopLosses(1, o),
  "learner/interpret interpret options": (o) => learner.interpret(learn(), o),
  "learner/learner Learner#lrFind options": (o) => learn().lrFind({ ...o, maxEpochs: 1 }),
  "learner/learner Learner#normalize from": (o) => learn().normalize({ mean: 0, std: 1, ...o }),
  "learner/learner Learner#live options": (o) => learn().live(o),
  "learner/learner Learner#progress options": (o) => learn().progress(o),
  "learner/learner new Learner dls": (o) => new learner.Learner(model(), { train: [], ...o }),
  "learner/learner new Learner options": (o) => new learner.Learner(model(), loaders(), F.mseLoss, o),
  "learner/learner Learner.of dls": (o) => learner.Learner.of(model(), { train: [], ...o }),
  "learner/lsuv lsuv options": (o) => learner.lsuv(sequence(), sonde.randn([64, 2]), { ...o, ...LOOSE }),
  "learner/lsuv lsuvModules options": (o) =>
    learner.lsuvModules(sequence(), sonde.randn([64, 2]), learner.isInstance(nn.Linear), { ...o, ...LOOSE }),
  "learner/momentum_learner new MomentumLearner dls": (o) => new learner.MomentumLearner(model(), { train: [], ...o }),
  "learner/momentum_learner new MomentumLearner options": (o) =>
    new learner.MomentumLearner(model(), loaders(), F.mseLoss, o),
  "learner/state new LearnerState dls": (o) => new Core(model(), { train: [], ...o }, { lr: 1, optFunc: optim.SGD }),
  "learner/state new LearnerState options": (o) => new Core(model(), loaders(), { lr: 1, optFunc: optim.SGD, ...o }),
  "learner/tta tta options": (o) => {
    const first = new data.ConcatDataset(set());
    const learn = learner.Learner.of(model(), data.DataLoaders.of(first, first)).loss(F.crossEntropy);
    return learner.tta(learn, { views: [], ...o });
  },
  "learner/unit_record new UnitRecord options": (o) => new learner.UnitRecord(sonde.device("cpu"), o),
  "learner/statistics_record new StatisticsRecord options": (o) =>
    new learner.StatisticsRecord(sonde.device("cpu"), { bins: 2, range: [0, 1], absolute: true, chunk: 1, ...o }),
  "learner/summary Summary#graph options": (o) => learner.summarize(model(), x()).graph(o),
  "learner/summary modelGraph options": (o) => learner.modelGraph(model(), x(), o),
  "lessons/conv_layer new ConvLayer options": (o) => new lessons.ConvLayer(1, 1, o),
  "lessons/foundations/products products options": (o) =>
    foundations.products({ scale: 1, layers: 1, rows: 1, size: 2, ...o }),
  "lessons/foundations/products xavierMoments options": (o) =>
    foundations.xavierMoments({ draws: 1, rows: 1, columns: 1, ...o }),
  "lessons/foundations/statistics covariance options": (o) => foundations.covariance([1, 2], [1, 2], o),
  "lessons/foundations/statistics variance options": (o) => foundations.variance([1, 2], o),
  "lessons/init initCnn options": (o) => lessons.initCnn(model(), o),
  "lessons/init initWeights options": (o) => lessons.initWeights(model(), o),
  "lessons/models conv options": (o) => lessons.conv(1, 1, o),
  "lessons/models convLayer options": (o) => lessons.convLayer(1, 1, o),
  "lessons/models getCnnModel options": (o) => lessons.getCnnModel(o),
  "lessons/models getModel options": (o) => lessons.getModel(o),
  "lessons/norm_picture plotNorms options": (o) =>
    lessons.plotNorms({ batch: new nn.BatchNorm2d(1) }, { shape: [2, 1, 1, 1], ...o }),
  "lessons/norms/batch new BatchNorm options": (o) => new lessons.BatchNorm(1, o),
  "lessons/norms/group new GroupNorm options": (o) => new lessons.GroupNorm(1, 1, o),
  "lessons/norms/instance new InstanceNorm options": (o) => new lessons.InstanceNorm(1, o),
  "lessons/norms/layer new LayerNorm options": (o) => new lessons.LayerNorm(o),
  "lessons/norms/running new RunningBatchNorm options": (o) => new lessons.RunningBatchNorm(1, o),
  "lessons/optimizers new Momentum options": (o) => new lessons.Momentum([leaf()], { lr: 1, ...o }),
  "lessons/res_block new ResBlock options": (o) => new lessons.ResBlock(1, 2, o),
  "lessons/residual_models getResNet options": (o) => lessons.getResNet({ channels: [2, 4], ...o }),
  "lessons/residual_models resNet18d options": (o) => lessons.resNet18d(o),
  "lessons/optimizers new RMSProp options": (o) => new lessons.RMSProp([leaf()], { lr: 1, ...o }),
  "nn/activations generalRelu options": (o) => F.generalRelu(x(), o),
  "nn/activations new GeneralReLU options": (o) => new nn.GeneralReLU(o),
  "nn/conv1d conv1d options": (o) => F.conv1d(ones([1, 1, 4]), ones([1, 1, 3]), o),
  "nn/conv1d new Conv1d options": (o) => new nn.Conv1d(1, 1, 3, o),
  "nn/conv2d conv2d options": (o) => F.conv2d(images(), kernel(), o),
  "nn/conv2d new Conv2d options": (o) => new nn.Conv2d(1, 1, 3, o),
  "nn/conv_transpose1d convTranspose1d options": (o) => F.convTranspose1d(ones([1, 1, 4]), ones([1, 1, 3]), o),
  "nn/conv_transpose1d new ConvTranspose1d options": (o) => new nn.ConvTranspose1d(1, 1, 3, o),
  "nn/conv_transpose2d convTranspose2d options": (o) => F.convTranspose2d(images(), kernel(), o),
  "nn/conv_transpose2d new ConvTranspose2d options": (o) => new nn.ConvTranspose2d(1, 1, 3, o),
  "nn/dropout dropout options": (o) => F.dropout(x(), o),
  "nn/embedding embedding options": (o) => F.embedding(tensor([0], { dtype: "int32" }), x(), o),
  "nn/embedding new Embedding options": (o) => new nn.Embedding(2, 2, o),
  "nn/fill normal_ options": (o) => init.normal_(x(), 0, 1, o),
  "nn/fill uniform_ options": (o) => init.uniform_(x(), 0, 1, o),
  "nn/functional_norms batchNorm options": (o) => F.batchNorm(x(), { training: true, ...o as object }),
  "nn/functional_norms groupNorm options": (o) => F.groupNorm(x(), 1, o),
  "nn/functional_norms instanceNorm options": (o) => F.instanceNorm(images(), o),
  "nn/functional_norms layerNorm options": (o) => F.layerNorm(x(), [2], o),
  "nn/group_norm new GroupNorm options": (o) => new nn.GroupNorm(1, 1, o),
  "nn/init defaultInit_ options": (o) => init.defaultInit_(x(), null, o),
  "nn/init kaimingNormal_ options": (o) => init.kaimingNormal_(x(), o),
  "nn/init kaimingUniform_ options": (o) => init.kaimingUniform_(x(), o),
  "nn/init xavierNormal_ options": (o) => init.xavierNormal_(x(), o),
  "nn/init xavierUniform_ options": (o) => init.xavierUniform_(x(), o),
  "nn/instance_norm new InstanceNorm2d options": (o) => new nn.InstanceNorm2d(1, o),
  "nn/batch_norm new BatchNorm1d options": (o) => new nn.BatchNorm1d(1, o),
  "nn/batch_norm new BatchNorm2d options": (o) => new nn.BatchNorm2d(1, o),
  "nn/layer_norm new LayerNorm options": (o) => new nn.LayerNorm(2, o),
  "nn/linear new Linear options": (o) => new nn.Linear(1, 1, o),
  "nn/losses crossEntropy options": (o) => F.crossEntropy(x(), tensor([0, 1], { dtype: "int32" }), o),
  "nn/distance_losses cosineEmbeddingLoss options": (o) => F.cosineEmbeddingLoss(x(), x(), tensor([1, -1]), o),
  "nn/distance_losses cosineSimilarity options": (o) => F.cosineSimilarity(x(), x(), o),
  "nn/distance_losses pairwiseDistance options": (o) => F.pairwiseDistance(x(), x(), o),
  "nn/distance_losses tripletMarginLoss options": (o) => F.tripletMarginLoss(x(), x(), x(), o),
  "nn/loss_modules new BCELoss options": (o) => new nn.BCELoss(o),
  "nn/loss_modules new BCEWithLogitsLoss options": (o) => new nn.BCEWithLogitsLoss(o),
  "nn/loss_modules new CosineEmbeddingLoss options": (o) => new nn.CosineEmbeddingLoss(o),
  "nn/loss_modules new CrossEntropyLoss options": (o) => new nn.CrossEntropyLoss(o),
  "nn/loss_modules new HuberLoss options": (o) => new nn.HuberLoss(o),
  "nn/loss_modules new KLDivLoss options": (o) => new nn.KLDivLoss(o),
  "nn/loss_modules new Loss options": (o) => new nn.MSELoss(o),
  "nn/loss_modules new L1Loss options": (o) => new nn.L1Loss(o),
  "nn/loss_modules new MSELoss options": (o) => new nn.MSELoss(o),
  "nn/loss_modules new NLLLoss options": (o) => new nn.NLLLoss(o),
  "nn/loss_modules new SmoothL1Loss options": (o) => new nn.SmoothL1Loss(o),
  "nn/loss_modules new TripletMarginLoss options": (o) => new nn.TripletMarginLoss(o),
  "nn/prelu new PReLU options": (o) => new nn.PReLU(1, o),
  "nn/probability_losses binaryCrossEntropy options": (o) => F.binaryCrossEntropy(x().sigmoid(), x().sigmoid(), o),
  "nn/probability_losses binaryCrossEntropyWithLogits options": (o) => F.binaryCrossEntropyWithLogits(x(), x(), o),
  "nn/probability_losses klDiv options": (o) => F.klDiv(x(), x(), o),
  "nn/regression_losses huberLoss options": (o) => F.huberLoss(x(), x(), o),
  "nn/regression_losses l1Loss options": (o) => F.l1Loss(x(), x(), o),
  "nn/regression_losses mseLoss options": (o) => F.mseLoss(x(), x(), o),
  "nn/regression_losses smoothL1Loss options": (o) => F.smoothL1Loss(x(), x(), o),
  "nn/losses nllLoss options": (o) => F.nllLoss(x(), tensor([0, 1], { dtype: "int32" }), o),
  "nn/max_pool new MaxPool1d options": (o) => new nn.MaxPool1d(2, o),
  "nn/max_pool new MaxPool2d options": (o) => new nn.MaxPool2d(2, o),
  "nn/module Module#load options": async (o) => model().load(await sonde.encodeSafetensors(model().stateDict()), o),
  "nn/module Module#save options": (o) => inFolder((folder) => model().save(`${folder}/m.safetensors`, o)),
  "nn/module Module#loadStateDict options": (o) => model().loadStateDict(model().stateDict(), o),
  "nn/module Module#registerBuffer options": (o) => model().registerBuffer("seen", x(), o),
  "nn/orthogonal orthogonal_ options": (o) => init.orthogonal_(x(), o),
  "nn/parameter parameter options": (o) => nn.parameter(x(), o),
  "nn/pooling new AvgPool1d options": (o) => new nn.AvgPool1d(2, o),
  "nn/pooling new AvgPool2d options": (o) => new nn.AvgPool2d(2, o),
  "nn/running_norm new RunningNorm options": (o) => new Norm(1, o),
  "nn/smooth gelu options": (o) => F.gelu(x(), o),
  "nn/smooth new GELU options": (o) => new nn.GELU(o),
  "nn/trunc_normal truncNormal_ options": (o) => init.truncNormal_(x(), o),
  "optim/adam new Adam options": (o) => new optim.Adam([leaf()], o),
  "optim/adam new AdamW options": (o) => new optim.AdamW([leaf()], o),
  "optim/optimizer new Optimizer options": (o) => new Plain([leaf()], { lr: 1 }, o),
  "optim/optimizer new Optimizer params": (o) => new Plain([{ params: [leaf()], ...o }], { lr: 1 }),
  "optim/rmsprop new RMSProp options": (o) => new optim.RMSProp([leaf()], o),
  "optim/schedules oneCycle options": (o) => optim.oneCycle(1, o),
  "optim/sgd new SGD options": (o) => new optim.SGD([leaf()], { lr: 1, ...o }),
  "plot/confusion confusionMatrix options": (o) => plot.confusionMatrix([[1]], o),
  "plot/dead deadShareChart options": (o) => plot.deadShareChart({ shares: [1], ...o }),
  "plot/function plotFunc options": (o) => plot.plotFunc((x) => x, o),
  "plot/grid grid options": (o) => plot.grid([chart()], o),
  "plot/heatmap heatMap options": (o) => plot.heatMap({ counts: [[1]], range: [0, 1], ...o }),
  "plot/html page options": (o) => plot.page({ title: "", body: plot.html``, ...o }),
  "plot/images showImages options": (o) => plot.showImages(images(), o),
  "plot/lines lineChart options": (o) => plot.lineChart({ x: axis, y: axis, lines: [line], ...o }),
  "plot/lines Axis": (o) => plot.lineChart({ x: axis, y: { ...axis, ...o }, lines: [line] }),
  "plot/lines Line": (o) => plot.lineChart({ x: axis, y: axis, lines: [{ ...line, ...o }] }),
  "plot/model_graph modelGraph options": (o) => plot.modelGraph([layer], o),
  "plot/model_graph new ModelGraph options": (o) => new plot.ModelGraph([layer], o),
  "plot/picture Picture#png options": (o) => chart().png(o),
  "plot/picture Picture#save options": async (o) => {
    const folder = await Deno.makeTempDir();
    try {
      await chart().save(`${folder}/a.png`, o);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
  "plot/picture Picture#svg options": (o) => chart().svg(o),
  "plot/series seriesChart options": (o) => plot.seriesChart({ y: axis, series: [series], ...o }),
  "plot/series Series": (o) => plot.seriesChart({ y: axis, series: [{ ...series, ...o }] }),
  "plot/series Axis": (o) => plot.seriesChart({ y: { ...axis, ...o }, series: [series] }),
  "sweep/keep_run new KeepRunCB options": (o) => new sweep.KeepRunCB(o),
  "sweep/plan defineSweep plan": (o) => sweep.defineSweep({ name: "a", list: [{}], trial: () => ({ a: 1 }), ...o }),
  "sweep/plan TrialContext#data options": (o) => new TrialData().get("garments", { limit: 1, ...o }),
  ...TENSOR_CALLS,
  ...TRAINING_CALLS,
  "tensor/bytes dequantizeGather options": (o) =>
    sonde.dequantizeGather(tensor(new Uint8Array(2)), tensor([0], { dtype: "int32" }), o),
  "tensor/check_operation checkOperation options": (o) => sonde.checkOperation(cube(), [x()], o),
  "tensor/conv conv2d options": (o) => sonde.conv2d(images(), kernel(), o),
  "tensor/conv convTranspose2d options": (o) => sonde.convTranspose2d(images(), kernel(), o),
  "tensor/create arange options": (o) => sonde.arange(0, 2, 1, o),
  "tensor/create eye options": (o) => sonde.eye(2, o),
  "tensor/create full options": (o) => sonde.full([2], 1, o),
  "tensor/create fullLike options": (o) => sonde.fullLike(x(), 1, o),
  "tensor/create linspace options": (o) => sonde.linspace(0, 1, 2, o),
  "tensor/create ones options": (o) => ones([2], o),
  "tensor/create onesLike options": (o) => sonde.onesLike(x(), o),
  "tensor/create_random rand options": (o) => sonde.rand([2], o),
  "tensor/create_random randLike options": (o) => sonde.randLike(x(), o),
  "tensor/create_random randint options": (o) => sonde.randint(0, 2, [2], o),
  "tensor/create_random randn options": (o) => sonde.randn([2], o),
  "tensor/create_random randnLike options": (o) => sonde.randnLike(x(), o),
  "tensor/create_random randperm options": (o) => sonde.randperm(2, o),
  "tensor/create tensor options": (o) => tensor([1], o),
  "tensor/create zeros options": (o) => zeros([2], o),
  "tensor/create zerosLike options": (o) => sonde.zerosLike(x(), o),
  "tensor/define_operation defineOperation definition": (o) =>
    sonde.defineOperation({ name: "a", inputs: ["x"], wgsl: "fn kernel(i: u32) {}", cpu() {}, ...o }),
  "tensor/adaptive_pool adaptiveMaxPool1d options": (o) => F.adaptiveMaxPool1d(x(), 1, o),
  "tensor/adaptive_pool adaptiveMaxPool2d options": (o) => F.adaptiveMaxPool2d(images(), 1, o),
  "tensor/max_pool maxPool1d options": (o) => F.maxPool1d(x(), 2, o),
  "tensor/max_pool maxPool2d options": (o) => sonde.maxPool2d(images(), 2, o),
  "tensor/pool avgPool1d options": (o) => F.avgPool1d(x(), 2, o),
  "tensor/pool avgPool2d options": (o) => sonde.avgPool2d(images(), 2, o),
  "tensor/print setPrintOptions options": (o) => sonde.setPrintOptions(o),
  "tensor/random new Generator options": (o) => new sonde.Generator(1, o),
  "tensor/random setSeed options": (o) => sonde.setSeed(1, o),
  "tensor/safetensors encodeSafetensors options": (o) => sonde.encodeSafetensors({ x: x() }, o),
  "tensor/safetensors loadSafetensors options": async (o) =>
    sonde.loadSafetensors(await sonde.encodeSafetensors({ x: x() }), o),
  "tensor/safetensors saveSafetensors options": (o) =>
    inFolder((folder) => sonde.saveSafetensors(`${folder}/x.safetensors`, { x: x() }, o)),
  "tensor/statistics statistics options": (o) => sonde.statistics(x(), o),
  "tensor/tensor_in_place TensorInPlace#addcdiv_ options": (o) => x().addcdiv_(x(), x(), o),
  "tensor/tensor_in_place TensorInPlace#addcmul_ options": (o) => x().addcmul_(x(), x(), o),
  "tensor/tensor_reductions TensorReductions#all options": (o) => x().all(0, o),
  "tensor/tensor_reductions TensorReductions#any options": (o) => x().any(0, o),
  "tensor/tensor_reductions TensorReductions#argmax options": (o) => x().argmax(0, o),
  "tensor/tensor_reductions TensorReductions#argmin options": (o) => x().argmin(0, o),
  "tensor/tensor Tensor#backward options": (o) => leaf().sum().backward(undefined, o),
  "tensor/tensor_reductions TensorReductions#logsumexp options": (o) => x().logsumexp(0, o),
  "tensor/tensor_reductions TensorReductions#max options": (o) => x().max(0, o),
  "tensor/tensor_reductions TensorReductions#mean options": (o) => x().mean(0, o),
  "tensor/tensor_reductions TensorReductions#min options": (o) => x().min(0, o),
  "tensor/tensor_in_place TensorInPlace#normal_ options": (o) => x().normal_(0, 1, o),
  "tensor/tensor_reductions TensorReductions#prod options": (o) => x().prod(0, o),
  "tensor/tensor_reductions TensorReductions#std options": (o) => x().std(0, o),
  "tensor/tensor_reductions TensorReductions#sum options": (o) => x().sum(0, o),
  "tensor/tensor_in_place TensorInPlace#uniform_ options": (o) => x().uniform_(0, 1, o),
  "tensor/tensor_reductions TensorReductions#var options": (o) => x().var(0, o),
  "tensor/tensor_reductions TensorReductions#varMean options": (o) => x().varMean(0, o),
};
