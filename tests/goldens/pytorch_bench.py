"""Steps per second of PyTorch on the workloads of `deno task bench`: model A on 60,000 synthetic images, SGD with momentum 0.85.

    /usr/bin/python3 tests/goldens/pytorch_bench.py plain-1024 5        # workload, seconds; prints one JSON line

Images are float32 in memory, normalised beforehand; a batch is a slice of a permutation. A step is forward, backward and update.
Workloads: plain-1024, plain-64, plain-2. A third argument sets the number of threads (default 2).
"""
import json
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


def get_model():
    sizes, layers = [1, 8, 16, 32, 64, 10], []
    for i in range(5):
        layers.append(nn.Conv2d(sizes[i], sizes[i + 1], 3, stride=2, padding=1))
        if i < 4:
            layers.append(nn.ReLU())
    return nn.Sequential(*layers, nn.Flatten())


def main(workload="plain-1024", seconds="5", threads="2"):
    torch.set_num_threads(int(threads))
    torch.manual_seed(0)
    batch = int(workload.split("-")[1])
    images, labels = torch.randn(60_000, 1, 28, 28), torch.randint(10, (60_000,))
    model = get_model()
    for m in model.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight)
    opt = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.85)

    def steps():
        while True:
            order = torch.randperm(len(images))
            for i in range(0, len(images) - batch + 1, batch):
                rows = order[i : i + batch]
                loss = F.cross_entropy(model(images[rows]), labels[rows])
                opt.zero_grad()
                loss.backward()
                opt.step()
                yield

    run = steps()
    for _ in range(5 if batch > 100 else 50):
        next(run)
    count, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < float(seconds):
        next(run)
        count += 1
    rate = count / elapsed
    print(json.dumps({
        "workload": workload, "device": "pytorch", "threads": int(threads), "batchSize": batch, "stepsPerSecond": round(rate, 2),
        "secondsPerEpoch": round(60_000 / batch / rate, 3), "samplesPerSecond": round(rate * batch, 1),
    }))


if __name__ == "__main__":
    main(*sys.argv[1:])
