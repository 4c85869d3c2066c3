"""Compares with PyTorch what same_start.ts trained in Sonde, on the same batches in the same order.

    SONDE_DATA=../shared/data /usr/bin/python3 tests/goldens/pytorch_same_start.py out/same/A7-1000 …

Training at these rates amplifies rounding: PyTorch by one thread and by two are apart in the second digit after an epoch, and so are
Sonde and PyTorch. So single steps are compared, each from Sonde's own state before it (weights, gradients, running averages), in float64
here against Sonde's state after it; and the evaluation of Sonde's state after each epoch. Besides: that evaluation with averages over all
training images instead of the running ones, and, with --threads, whole trainings from the same start.

Weights may be further apart in a step in which the input of some activation is 0 to rounding, and so on the other side of the kink: in A7,
seed 102, step 161, one pixel of the first layer with an input of -7e-8 makes the whole difference of 2e-3.
"""
import argparse
import json
import os
import sys
from statistics import median

import numpy as np
import torch
import torch.nn.functional as F

from pytorch_lessons import load, step
from pytorch_runs import RUNS


def by_kind(names):
    """State's names by their last part, in order: the modules' paths differ between the two libraries."""
    kinds = {}
    for name in names:
        kinds.setdefault(name.split(".")[-1], []).append(name)
    return kinds


class Start:
    def __init__(self, folder):
        with open(f"{folder}/start.json") as f:
            self.__dict__.update(json.load(f))
        self.order = torch.from_numpy(np.fromfile(f"{folder}/order.bin", "<i4").astype(np.int64).reshape(self.setup["epochs"], -1))
        shapes = dict(self.names)
        grads = [(f"grad of {name}", shapes[name]) for name in self.parameters]
        self.states = list(self.read(f"{folder}/state.bin", self.names))
        self.steps = list(self.read(f"{folder}/steps.bin", self.names + grads))

    @staticmethod
    def read(path, names):
        flat, at = np.fromfile(path, "<f4"), 0
        while at < len(flat):
            state = {}
            for name, shape in names:
                count = int(np.prod(shape))
                state[name] = torch.from_numpy(flat[at : at + count].reshape(shape).copy())
                at += count
            yield state

    def model(self, state, dtype):
        """The network with Sonde's state, its gradients too where they are known."""
        model = RUNS[self.run]["model"]()
        own = {name: value for name, value in model.state_dict(keep_vars=True).items() if value.is_floating_point()}
        mine, theirs = by_kind(name for name, _ in self.names), by_kind(own)
        assert {kind: len(names) for kind, names in mine.items()} == {kind: len(names) for kind, names in theirs.items()}
        for kind, names in mine.items():
            for name, target in zip(names, theirs[kind]):
                value = own[target]
                assert value.squeeze().shape == state[name].squeeze().shape, name
                value.data = state[name].reshape(value.shape).to(dtype)
                if f"grad of {name}" in state:
                    value.grad = state[f"grad of {name}"].reshape(value.shape).to(dtype)
        return model.to(dtype)

    def batches(self):
        return [rows for order in self.order for rows in order.split(self.setup["batchSize"])]


@torch.no_grad()
def evaluate(model, x, y, batch):
    model.eval()
    loss = hits = 0
    for rows in torch.arange(len(x)).split(batch):
        out = model(x[rows])
        loss += F.cross_entropy(out, y[rows], reduction="sum").item()
        hits += (out.argmax(1) == y[rows]).sum().item()
    return hits / len(x), loss / len(x)


def averages(model):
    """Running means and variances of all norms, each as one vector; empty without norms."""
    none = torch.zeros(0, dtype=torch.float64)
    named = [(name, value) for name, value in model.named_buffers() if value.is_floating_point()]
    return [torch.cat([none] + [value.flatten().double() for name, value in named if part in name]) for part in ("mean", "var")]


@torch.no_grad()
def true_averages(model, x):
    """Puts mean and unbiased variance of each norm's input over all images in the place of its running averages, norm by norm."""
    model.eval()
    for i, module in enumerate(model):
        own = dict(module.named_buffers())
        if not own:
            continue
        seen = torch.cat([model[:i](part) for part in x.split(5000)]).double()
        for name, value in own.items():
            if "mean" in name or "var" in name:
                value.copy_((seen.mean((0, 2, 3)) if "mean" in name else seen.var((0, 2, 3))).reshape(value.shape))


def one_step(start, model, rows, x, y):
    model.train()
    F.cross_entropy(model(x[rows]), y[rows]).backward()
    step(model, start.setup["lr"], start.setup["momentum"])
    return model


def largest(values):
    return values.max().item() if values.numel() else 0.0


def distances(model, before, exact):
    """How far a step is from the exact one: weights, of the largest change of any; running means in deviations; variances as a share."""
    change = max((b - a).abs().max().item() for a, b in zip(before.parameters(), exact.parameters()))
    weights = max((a.double() - b).abs().max().item() for a, b in zip(model.parameters(), exact.parameters())) / change
    (mean, var), (true_mean, true_var) = averages(model), averages(exact)
    return weights, largest((mean - true_mean).abs() / true_var.sqrt()), largest((var - true_var).abs() / true_var)


def single_steps(start, x, y):
    """Each kept step from Sonde's state before it, in float64 here: how far Sonde's is from it, and float32's here. Median and largest of the steps."""
    own, torch32, xd = [], [], x.double()
    for i, (before, after) in enumerate(zip(start.steps[::2], start.steps[1::2])):
        rows = start.batches()[start.every * i + 1]
        exact = one_step(start, start.model(before, torch.float64), rows, xd, y)
        origin = start.model(before, torch.float64)
        own.append(distances(start.model(after, torch.float32), origin, exact))
        torch32.append(distances(one_step(start, start.model(before, torch.float32), rows, x, y), origin, exact))
    return len(own), *([(median(column), max(column)) for column in zip(*rows)] for rows in (own, torch32))


def train(start, x, y, vx, vy, threads):
    torch.set_num_threads(threads)
    figures, model = [], start.model(start.states[0], torch.float32)
    for order in start.order:
        for rows in order.split(start.setup["batchSize"]):
            one_step(start, model, rows, x, y)
        figures.append(evaluate(model, vx, vy, 2 * start.setup["batchSize"]))
    return figures


def text(pairs):
    return "  ".join(f"{accuracy:.4f} / {loss:.4f}" for accuracy, loss in pairs)


def main(folder, threads):
    start = Start(folder)
    torch.set_num_threads(1)
    x, y, vx, vy = load(os.environ["SONDE_DATA"], start.setup["dataset"])
    x, vx = (x - start.mean) / start.std, (vx - start.mean) / start.std
    print(f"{start.run}, seed {start.seed}")
    count, own, torch32 = single_steps(start, x, y)
    print(f"  {count} single steps from Sonde's state, distance from float64 (median, largest) of weights, running means, running variances")
    for name, columns in (("Sonde", own), ("PyTorch", torch32)):
        print(f"    {name:8}", "   ".join("%.0e %.0e" % column for column in columns))
    print("  evaluation accuracy / loss after each epoch")
    print("    Sonde                         ", text((row["accuracy"], row["loss"]) for row in start.figures if row["phase"] == "eval"))
    given = [start.model(state, torch.float32) for state in start.states[1:]]
    print("    Sonde's state, by PyTorch     ", text(evaluate(model, vx, vy, 2 * start.setup["batchSize"]) for model in given))
    for model in given:
        true_averages(model, x)
    print("    with averages over all images ", text(evaluate(model, vx, vy, 2 * start.setup["batchSize"]) for model in given))
    for n in threads:
        print(f"    PyTorch from the same start, {n} thread{'s' if n > 1 else ''}", text(train(start, x, y, vx, vy, n)))


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    torch.set_flush_denormal(True)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--threads", default="", help="also train whole from the same start, by so many threads: 1,2")
    args = parser.parse_args()
    for each in args.folders:
        main(each, [int(n) for n in args.threads.split(",") if n])
