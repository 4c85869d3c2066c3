"""The lessons' runs in PyTorch, on the real data, as the yardstick for Sonde's own runs.

    SONDE_DATA=../shared/data /usr/bin/python3 tests/goldens/pytorch_lessons.py --runs A1,A2 --seeds 20 --threads 1

One JSON object a line on stdout, as `deno task lesson --json` prints them: {lesson, run, seed, ..., epoch, phase, loss, accuracy,
seconds}. A loss that is not finite is null. Networks and layers are in pytorch_models.py, set-ups in pytorch_runs.py.

A run whose predictions are averaged at the end ends with a line that has {..., dataset, averaged} in place of the last five: the accuracy of the
mean over each image and its mirror image (H5), or over this network and that of the seed before (H7; none for the first seed).

Lesson F's first optimisers are written out in pytorch_optimizers.py; Adam and AdamW are PyTorch's.

The momentum of lesson A scales the old gradient by 0.85 instead of zeroing it. At a constant rate that is SGD with momentum 0.85 and no
dampening; a run that goes on with another's model (A9) goes on with its gradients too. So this is what runs here.

A training loss of NaN makes every parameter of the last layer NaN, hence every later prediction: NaN takes class 0. The rest of such a
run is counted, not computed.
"""
import argparse
import gzip
import json
import math
import os
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

from pytorch_models import kaiming, lsuv
from pytorch_runs import RUNS


def idx(path):
    """Reads a gzipped IDX file into a uint8 array."""
    with gzip.open(path) as f:
        data = f.read()
    dims = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * len(dims)).reshape(dims)


def load(folder, dataset):
    """Training and evaluation images and labels; of MNIST both are parts of the training file, as in the lessons."""

    def part(name):
        x = torch.from_numpy(idx(f"{folder}/{dataset}/{name}-images-idx3-ubyte.gz").astype(np.float32) / 255)
        y = torch.from_numpy(idx(f"{folder}/{dataset}/{name}-labels-idx1-ubyte.gz").astype(np.int64))
        return x[:, None], y

    x, y = part("train")
    return (x, y, *part("t10k")) if dataset == "fashion-mnist" else (x[:50000], y[:50000], x[50000:], y[50000:])


def normalized(setup, x, vx):
    if setup["normalize"] is None:
        return x, vx
    if setup["normalize"] == "constants":
        return (x - 0.28) / 0.35, (vx - 0.28) / 0.35
    some = x[torch.randperm(len(x))[:1024]] if setup["normalize"] == "batch" else x
    mean, std = some.mean(), some.std()
    return (x - mean) / std, (vx - mean) / std


def first_weights(setup, x):
    model = setup["model"]()
    if setup["leak"] is not None:
        kaiming(model, setup["leak"], setup["zero_bias"])
    if "lsuv" in setup:
        lsuv(model, x[torch.randperm(len(x))[: setup["batch"]]], setup["lsuv"] == "together")
    return model


def step(model, lr, momentum):
    """p −= lr·g, and a momentum's share of g is kept for the next step."""
    with torch.no_grad():
        for p in model.parameters():
            p.sub_(p.grad, alpha=lr)
            if momentum:
                p.grad.mul_(momentum)
            else:
                p.grad = None


def optimizer_step(optimizer, lr, momentum):
    """A step of one of PyTorch's optimisers, or of one of that form, at this rate; a momentum is the first of two betas."""
    for group in optimizer.param_groups:
        group["lr"] = lr
        if momentum is not None:
            group["betas"] = (momentum, group["betas"][1])
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)


def phase(setup, model, x, y, training, rate, optimizer=None, momentum=lambda _done: None):
    """Goes once through the images, and returns mean loss and accuracy."""
    model.train(training)
    batch = setup["batch"] * (1 if training else 2)
    order = torch.randperm(len(x)) if training else torch.arange(len(x))
    loss_sum, hits = 0.0, 0
    batches = order.split(batch)
    with torch.set_grad_enabled(training):
        for i, rows in enumerate(batches):
            images = x[rows]
            for change in setup.get("augment", ()) if training else ():
                images = change(images)
            out = model(images)
            loss = F.cross_entropy(out, y[rows])
            loss_sum += loss.item() * len(rows)
            hits += (out.argmax(1) == y[rows]).sum().item()
            if training and math.isnan(loss_sum):
                rest = order[(i + 1) * batch :]
                return math.nan, (hits + (y[rest] == 0).sum().item()) / len(x)
            if training:
                loss.backward()
                done = i / len(batches)
                if optimizer:
                    optimizer_step(optimizer, rate(done), momentum(done))
                else:
                    step(model, rate(done), setup["momentum"])
    return loss_sum / len(x), hits / len(x)


def probabilities(setup, model, x):
    model.eval()
    with torch.no_grad():
        return torch.cat([model(images).softmax(1) for images in x.split(setup["batch"] * 2)])


def averaged(run, seed, setup, model, vx, vy, said):
    """The accuracy of averaged predictions, as the set-up says; None for none. `said` keeps what networks said, for the next seed."""
    if setup.get("average") is None:
        return None
    own = probabilities(setup, model, vx)
    if setup["average"] == "mirrored":
        other = probabilities(setup, model, vx.flip(3))
    else:
        other, said[run, seed] = said.pop((run, seed - 1), None), own
    return None if other is None else ((own + other).argmax(1) == vy).float().mean().item()


def train(run, seed, data, threads, models, said):
    torch.manual_seed(seed)
    setup = RUNS[run]
    x, y, vx, vy = data[setup["data"]]
    x, vx = normalized(setup, x, vx)
    model = models[setup["after"], seed] if "after" in setup else first_weights(setup, x)
    models[run, seed] = model
    optimizer = setup["optimizer"](model.parameters()) if "optimizer" in setup else None
    about = {
        "lesson": setup["lesson"], "run": run, "seed": seed, "device": "pytorch", "threads": threads, "dataset": setup["data"],
    }
    start, dead = time.time(), False
    for epoch in range(setup["epochs"]):
        schedule = setup.get("schedule")
        rate = (lambda done: schedule((epoch + done) / setup["epochs"])) if schedule else lambda _done: setup["lr"]
        cycle = setup.get("momenta")
        momentum = (lambda done: cycle((epoch + done) / setup["epochs"])) if cycle else lambda _done: None
        for name in ("train", "eval"):
            px, py = (x, y) if name == "train" else (vx, vy)
            loss, accuracy = math.nan, (py == 0).float().mean().item()
            if not dead:
                loss, accuracy = phase(setup, model, px, py, name == "train", rate, optimizer, momentum)
                dead = name == "train" and math.isnan(loss)
            line = {
                **about, "epoch": epoch, "phase": name, "loss": round(loss, 5) if math.isfinite(loss) else None,
                "accuracy": round(accuracy, 5), "seconds": round(time.time() - start, 2),
            }
            print(json.dumps(line), flush=True)
    mean = averaged(run, seed, setup, model, vx, vy, said)
    if mean is not None:
        print(json.dumps({**about, "averaged": round(mean, 5)}), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", default=",".join(RUNS))
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    folder = os.environ.get("SONDE_DATA") or sys.exit("Set SONDE_DATA to the folder that holds fashion-mnist/ and mnist/")
    torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)  # the momenta of dead units decay to 0; subnormal numbers on the way only cost time
    chosen = args.runs.split(",")
    data = {name: load(folder, name) for name in {RUNS[run]["data"] for run in chosen}}
    # Seed by seed, so that a run that goes on with another's model finds it.
    said = {}
    for seed in range(args.seed, args.seed + args.seeds):
        models = {}
        for run in chosen:
            train(run, seed, data, args.threads, models, said)
