/** Rules about the outputs of modules over time: dead units, saturation, values that are not finite. */
import { textOf } from "../device/expect.ts";
import type { ActivationFigures } from "./diagnosis.ts";
import { atEnd, ending, list, percent, short } from "./diagnose_figures.ts";
import { batchOf, type Evidence, type Rule } from "./diagnose_rule.ts";

const noActivations = ({ activations }: Evidence) =>
  activations.length > 0 ? undefined : "without a DiagnoseCB or ActivationStats";

const DEAD = 0.5;
/** Batches that a judgement of units takes. */
const FEWEST = 3;

const rectifies = ({ name }: ActivationFigures) => /ReLU/i.test(name);

/** How many units have been off for the last tenth of the batches or longer; the entry from which on it were too many, and how many it were then. */
function deadIn(
  { deadSince = [], units = Infinity, mean }: ActivationFigures,
): { dead: number; since: number; first: number } {
  const latest = mean.length - Math.max(FEWEST - 1, Math.floor(mean.length / 10));
  const begins = deadSince.filter((entry) => entry >= 0 && entry <= latest).toSorted((a, b) => a - b);
  const since = begins[Math.floor(DEAD * units)] ?? 0;
  return { dead: begins.length, since, first: begins.filter((entry) => entry <= since).length };
}

/** Whether there were batches between those that were recorded. */
const leavesOut = ({ batches = [] }: ActivationFigures) =>
  batches.some((batch, i) => batch > (batches[i - 1] ?? -1) + 1);

/** Units that are off for good. */
export const deadUnits: Rule = {
  problem: "dead units",
  rule: {
    text: `more than ${percent(DEAD)} of a module's units off in all batches of the last tenth, ${FEWEST - 1} at least`,
    threshold: DEAD,
    source:
      "Maas and others 2013, Rectifier nonlinearities improve neural network acoustic models: a unit that is off has no " +
      "gradient; the threshold is this library's",
  },
  missing: ({ activations }) =>
    noActivations({ activations } as Evidence) ??
      (!activations.some(({ deadSince, units }) => units && deadSince)
        ? "units were not recorded"
        : activations.every(({ mean }) => mean.length < FEWEST)
        ? `fewer than ${FEWEST} batches were recorded`
        : undefined),
  find({ activations, setup }) {
    const found = activations.filter((figures) =>
      rectifies(figures) && figures.units && deadIn(figures).dead > DEAD * figures.units
    );
    const [first] = found;
    if (!first) return undefined;
    const { dead, since, first: then } = deadIn(first), batch = batchOf(first, since), fromStart = since === 0;
    // A rectifier that is shifted down is not 0 where it is off.
    const off = /General/.test(first.name) ? "off" : "0";
    return {
      module: first.name,
      since: batch,
      text:
        `${then} of ${first.units} units were ${off} for every sample of every ${
          leavesOut(first) ? "recorded " : ""
        }batch from batch ${batch} on` +
        (dead > then ? `, and ${dead - then} more from later ones on` : "") +
        (found.length > 1 ? `; so were most of ${list(found.slice(1).map(({ name }) => name))}` : ""),
      remedy: !fromStart
        ? `They died in training: lower the ${setup.schedules ? "highest rate of the schedule" : "rate"}`
        : setup.leaks
        ? "They were off from the start: raise the bias of the layer before"
        : "They were off from the start: let the activation leak, nn.GeneralReLU({ leak: 0.1, sub: 0.4 })",
      check: "Read the bias of the layer before: far below 0 it keeps units off. p.grad is 0 in their rows",
    };
  },
};

const SATURATED = 0.5;

/** Activations at the ends of their range. */
export const saturation: Rule = {
  problem: "saturation",
  rule: {
    text: `more than ${percent(SATURATED)} of the outputs in the last tenth of the batches`,
    threshold: SATURATED,
    source:
      "Glorot and Bengio 2010, 3: the gradient through a saturated unit is near 0; the threshold is this library's",
  },
  missing: (evidence) =>
    noActivations(evidence) ??
      (evidence.records || evidence.activations.some(({ saturated }) => saturated)
        ? undefined
        : "without a DiagnoseCB"),
  find({ activations, setup }) {
    const found = activations.filter(({ saturated = [] }) => atEnd(saturated) > SATURATED);
    const [first] = found;
    if (!first) return undefined;
    const share = first.saturated!, since = share.findIndex((_, i) => share.slice(i).every((s) => s > SATURATED));
    return {
      module: first.name,
      // Where the last of all is not, the mean of the last tenth is.
      since: batchOf(first, since < 0 ? share.length - ending(share).length : since),
      text:
        `${percent(atEnd(share))} of its outputs are within a hundredth of its range of one of its ends in the end, ${
          percent(share[0]!)
        } in the first batch` + (found.length > 1
          ? `; so it is in ${list(found.slice(1).map(({ name }) => name))}`
          : ""),
      remedy: share[0]! <= SATURATED
        ? `It was not saturated at the start: lower the ${setup.schedules ? "highest rate of the schedule" : "rate"}`
        : setup.norms
        ? "Scale down the weights of the layer before by measurement, before the fit: learner.lsuv(model, batch)"
        : "Put a norm before the activation, such as nn.BatchNorm1d or nn.BatchNorm2d",
      check: 'Compare the gradients of the layers before and behind it: ActivationStats with of: "gradients"',
    };
  },
};

/** Whether there is an entry of a batch. */
const isOf = (figures: ActivationFigures, batch: number) => figures.mean.some((_, i) => batchOf(figures, i) === batch);

/** Outputs that become NaN or infinite. */
export const notFinite: Rule = {
  problem: "not finite",
  rule: {
    text: "any output, or loss, that is not finite",
    threshold: 0,
    source: "IEEE 754: NaN is what any sum with it is",
  },
  missing: (evidence) => evidence.losses.length > 0 ? undefined : noActivations(evidence),
  find({ activations, losses, setup }) {
    const firsts = activations.map((figures) => ({
      figures,
      // The deviation of a single element is NaN; that of finite ones may overflow.
      entry: figures.mean.findIndex((m, i) =>
        figures.nonFinite ? figures.nonFinite[i]! > 0 : !Number.isFinite(m) || !Number.isFinite(figures.std[i]!)
      ),
    })).filter(({ entry }) => entry >= 0).sort((a, b) => batchOf(a.figures, a.entry) - batchOf(b.figures, b.entry));
    const [first] = firsts, loss = losses.findIndex((one) => !Number.isFinite(one));
    const since = Math.min(...[first ? batchOf(first.figures, first.entry) : [], loss < 0 ? [] : loss].flat());
    const rest = {
      remedy: since === 0
        ? "Guard the operation against what it cannot take, such as a logarithm of 0: no step came before it"
        : setup.clips
        ? "Lower the rate: learn.lrFind() suggests one"
        : "Bound the gradients: new GradientClip(1)",
      check: setup.guards
        ? "The message of NonFiniteCB names the operation"
        : "new NonFiniteCB() stops at the first such batch, and names the operation",
    };
    if (!first || loss >= 0 && loss < batchOf(first.figures, first.entry)) {
      if (loss < 0) return undefined;
      const text = `the loss is ${textOf(losses[loss])} in batch ${loss}` +
        (activations.length === 0
          ? ""
          : activations.some((figures) => isOf(figures, loss))
          ? ", and the outputs of all recorded modules are finite then"
          : `, whose outputs were not recorded${
            first
              ? `; the next that were and are not finite are those of ${first.figures.name} in batch ${
                batchOf(first.figures, first.entry)
              }`
              : ""
          }`);
      return { ...rest, module: null, since: loss, text };
    }
    const { figures, entry } = first, batch = batchOf(figures, entry), bad = figures.nonFinite?.[entry];
    return {
      ...rest,
      module: figures.name,
      since: batch,
      text:
        `${
          bad ? `${bad} of its outputs are` : "its outputs are"
        } NaN or infinite in batch ${batch}, the first of ${firsts.length} ` +
        `module${firsts.length > 1 ? "s" : ""} that this happens to` +
        (entry > 0
          ? `; before, in batch ${batchOf(figures, entry - 1)}, its deviation was ${short(figures.std[entry - 1]!)}`
          : ""),
    };
  },
};
