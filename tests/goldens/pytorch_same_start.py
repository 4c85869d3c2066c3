"""Trains in PyTorch what same_start.ts trained in Sonde: the same first weights, the same batches in the same order.

    SONDE_DATA=../shared/data /usr/bin/python3 tests/goldens/pytorch_same_start.py out/same/A7-1000 …

For each folder: evaluation accuracy and loss after each epoch in Sonde, in PyTorch by one thread, by two, and in float64; how far the
running averages are from the float64 ones at the end of each epoch (largest over channels: of the mean in standard deviations, of the
variance as a share of it); Sonde's state after each epoch, evaluated by PyTorch; and the last weights with averages over all training images instead of
the running ones. Training amplifies rounding, so the yardstick is what PyTorch's own trainings differ by.
"""
import json
import os
import sys

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
        flat, self.states, at = np.fromfile(f"{folder}/state.bin", "<f4"), [], 0
        for _ in range(self.setup["epochs"] + 1):
            state = {}
            for name, shape in self.names:
                count = int(np.prod(shape))
                state[name] = torch.from_numpy(flat[at : at + count].reshape(shape).copy())
                at += count
            self.states.append(state)
        assert at == len(flat)

    def model(self, epoch, dtype):
        """The network with Sonde's state after so many epochs."""
        model = RUNS[self.run]["model"]()
        own = {name: value for name, value in model.state_dict().items() if value.is_floating_point()}
        mine, theirs = by_kind(self.states[epoch]), by_kind(own)
        assert {kind: len(names) for kind, names in mine.items()} == {kind: len(names) for kind, names in theirs.items()}
        with torch.no_grad():
            for kind, names in mine.items():
                for name, target in zip(names, theirs[kind]):
                    given = self.states[epoch][name]
                    assert own[target].squeeze().shape == given.squeeze().shape, name
                    own[target].copy_(given.reshape(own[target].shape))
        return model.to(dtype)


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
    """Running means and variances of all norms, each as one vector."""
    named = [(name, value) for name, value in model.named_buffers() if value.is_floating_point()]
    return [torch.cat([value.flatten().double() for name, value in named if part in name]) for part in ("mean", "var")]


@torch.no_grad()
def true_averages(model, x):
    """Mean and unbiased variance of each norm's input over all images, in evaluation mode, norm by norm."""
    model.eval()
    for i, module in enumerate(model):
        own = dict(module.named_buffers())
        if not own:
            continue
        seen = torch.cat([model[:i](part) for part in x.split(5000)]).double()
        for name, value in own.items():
            if "mean" in name or "var" in name:
                value.copy_((seen.mean((0, 2, 3)) if "mean" in name else seen.var((0, 2, 3))).reshape(value.shape))


def train(start, x, y, vx, vy, dtype, threads):
    torch.set_num_threads(threads)
    setup, figures, running = start.setup, [], []
    model, x, vx = start.model(0, dtype), x.to(dtype), vx.to(dtype)
    for order in start.order:
        model.train()
        for rows in order.split(setup["batchSize"]):
            F.cross_entropy(model(x[rows]), y[rows]).backward()
            step(model, setup["lr"], setup["momentum"])
        figures.append(evaluate(model, vx, vy, 2 * setup["batchSize"]))
        running.append(averages(model))
    return model, figures, running


def apart(some, exact):
    (mean, var), (true_mean, true_var) = some, exact
    return ((mean - true_mean).abs() / true_var.sqrt()).max().item(), ((var - true_var).abs() / true_var).max().item()


def text(pairs):
    return "  ".join(f"{accuracy:.4f} / {loss:.4f}" for accuracy, loss in pairs)


def main(folder):
    start = Start(folder)
    x, y, vx, vy = load(os.environ["SONDE_DATA"], start.setup["dataset"])
    x, vx = (x - start.mean) / start.std, (vx - start.mean) / start.std
    print(f"{start.run}, seed {start.seed}: evaluation accuracy / loss after each epoch")
    own = [(row["accuracy"], row["loss"]) for row in start.figures if row["phase"] == "eval"]
    print("  Sonde                           ", text(own))
    given = [start.model(epoch, torch.float32) for epoch in range(1, len(own) + 1)]
    print("  Sonde's state, evaluated here   ", text(evaluate(model, vx, vy, 2 * start.setup["batchSize"]) for model in given))
    model, figures, exact = train(start, x, y, vx, vy, torch.float64, 2)
    print("  PyTorch, float64                ", text(figures))
    rows = [("Sonde", [averages(model) for model in given])]
    for threads in (1, 2):
        _, figures, running = train(start, x, y, vx, vy, torch.float32, threads)
        print(f"  PyTorch, float32, {threads} thread{'s' if threads > 1 else ' '}     ", text(figures))
        rows.append((f"PyTorch, {threads}", running))
    print("  running averages, largest distance from float64's after each epoch (mean in deviations, variance as a share):")
    for name, running in rows:
        print(f"    {name:11}", "  ".join("%.1e %.1e" % apart(some, true) for some, true in zip(running, exact)))
    for name, last, images in (("Sonde's", given[-1], x), ("float64's", model, x.double())):
        true_averages(last, images)
        print(f"  {name} last weights, averages over all training images:", text([evaluate(last, vx.to(images.dtype), vy, 2048)]))


if __name__ == "__main__":
    torch.set_flush_denormal(True)
    for given_folder in sys.argv[1:]:
        main(given_folder)
