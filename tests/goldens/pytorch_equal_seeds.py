"""The lessons' runs in PyTorch from seeds that Sonde can set as well, loss by loss: half of docs/equal_seeds.md.

    SONDE_DATA=../shared/data /usr/bin/python3 -W ignore tests/goldens/pytorch_equal_seeds.py --runs A1,A2 --seeds 5 --threads 1

One JSON object a line on stdout: {run, seed, threads, bits, losses, epoch}: the losses of the first steps, and the mean training loss of the
first epoch (not with --steps); null is not finite. With --double the same weights train in 64-bit floats, and with --nudges the first weights differ in
their last bits, to tell rounding from faults.

Random numbers are drawn in the order in which `deno task lesson --rng torch` draws them, which is that of a script with DataLoaders: the
seed is set, the model made, and each pass through a loader draws a base seed and, to shuffle, the sampler's seed. Layers, networks and
set-ups are those of pytorch_lessons.py; the figures that normalise are of the first 1024 images, or of all, as in the set-ups.
"""
import argparse
import json
import os
import sys

import torch
import torch.nn.functional as F

from pytorch_lessons import load, step
from pytorch_models import kaiming, lsuv
from pytorch_runs import RUNS

STEPS = 20


def draw():
    """64 bits of the default generator, as a DataLoader and its RandomSampler draw them."""
    return torch.empty((), dtype=torch.int64).random_().item()


def shuffled(n):
    """The order of an epoch of DataLoader(shuffle=True)."""
    draw()
    return torch.randperm(n, generator=torch.Generator().manual_seed(draw()))


def normalized(setup, x):
    if setup["normalize"] is None:
        return x
    some = (x[:1024] if setup["normalize"] == "batch" else x).double()
    return (x - some.mean().item()) / some.std().item()


def first_weights(setup, x):
    model = setup["model"]()
    if setup["leak"] is not None:
        kaiming(model, setup["leak"], setup["zero_bias"])
    if "lsuv" in setup:
        state = torch.get_rng_state()
        lsuv(model, x[shuffled(len(x))[: setup["batch"]]], setup["lsuv"] == "together")
        torch.set_rng_state(state)
    return model


@torch.no_grad()
def nudge(model, number):
    """Moves each first weight and bias to the next 32-bit float above or below, or not at all."""
    source = torch.Generator().manual_seed(number)
    for p in model.parameters():
        way = torch.randint(-1, 2, p.shape, generator=source)
        p.copy_(torch.where(way == 0, p, torch.nextafter(p, p + way)))


def train(run, seed, data, threads, models, epochs, most, double, nudged=0):
    """Trains for some epochs, or steps, and returns the line about it; keeps the model."""
    setup = RUNS[run]
    x, y = data[run]
    torch.manual_seed(seed)
    model = models[setup["after"], seed] if "after" in setup else first_weights(setup, x)
    models[run, seed] = model
    line = {"run": run, "seed": seed, "threads": threads, "bits": 64 if double else 32}
    if nudged:
        nudge(model, nudged)
        line["nudge"] = nudged
    kind = torch.float64 if double else torch.float32
    model.to(kind).train()
    schedule, losses, means = setup.get("schedule"), [], []
    for epoch in range(epochs):
        total, batches = 0.0, shuffled(len(x)).split(setup["batch"])
        for i, rows in enumerate(batches):
            if most is not None and len(losses) == most:
                break
            loss = F.cross_entropy(model(x[rows].to(kind)), y[rows])
            loss.backward()
            losses.append(loss.item())
            total += loss.item() * len(rows)
            step(model, schedule((epoch + i / len(batches)) / setup["epochs"]) if schedule else setup["lr"], setup["momentum"])
        draw()  # the evaluation's loader
        means.append(total / len(x))
    finite = lambda value: value if value == value and abs(value) != float("inf") else None
    line["losses"] = [finite(float(f"{loss:.9g}")) for loss in losses[:STEPS]]
    if most is None:
        line["epoch"] = finite(float(f"{means[0]:.9g}"))
    return line


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", default=",".join(RUNS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--double", action="store_true", help="compute in float64")
    parser.add_argument("--nudges", type=int, default=0, help="train so many times, each time from other last bits of the weights")
    parser.add_argument("--steps", action="store_true", help=f"the first {STEPS} steps, and no whole epoch")
    args = parser.parse_args()
    folder = os.environ.get("SONDE_DATA") or sys.exit("Set SONDE_DATA to the folder that holds fashion-mnist/ and mnist/")
    torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)
    chosen = args.runs.split(",")
    raw = {name: load(folder, name) for name in {RUNS[run]["data"] for run in chosen}}
    shown, data = {}, {}
    for run in chosen:
        setup = RUNS[run]
        key = setup["data"], setup["normalize"]
        if key not in shown:
            x, y, _, _ = raw[setup["data"]]
            shown[key] = normalized(setup, x), y
        data[run] = shown[key]
    # A run that another goes on with is trained to its end.
    before = {RUNS[run]["after"] for run in chosen if "after" in RUNS[run]}
    for seed in range(args.seed, args.seed + args.seeds):
        models = {}
        for run in chosen:
            whole = run in before
            epochs, most = RUNS[run]["epochs"] if whole else 1, STEPS if args.steps and not whole else None
            for nudged in range(1, args.nudges + 1) if args.nudges else [0]:
                line = train(run, seed, data, args.threads, models, epochs, most, args.double, nudged)
                print(json.dumps(line, separators=(",", ":")), flush=True)
