"""Makes schedules.json: rates of PyTorch's schedulers, epoch by epoch, and norms of clipped gradients, for tests/optim/.

    /usr/bin/python3 tests/goldens/make_schedule_goldens.py
"""
import json
import os

import torch
from torch.optim import SGD, lr_scheduler

torch.set_default_dtype(torch.float64)


def rates(make, epochs, figures=None):
    opt = SGD([torch.zeros(1, requires_grad=True)], lr=0.8)
    scheduler, found = make(opt), []
    for i in range(epochs):
        found.append(opt.param_groups[0]["lr"])
        opt.step()
        scheduler.step(*([] if figures is None else [figures[i]]))
    return found


def warm_up(opt):
    first = lr_scheduler.LinearLR(opt, start_factor=0.25, total_iters=5)
    return lr_scheduler.SequentialLR(opt, [first, lr_scheduler.CosineAnnealingLR(opt, 15)], [5])


FIGURES = [5, 4, 4.1, 3.99999, 3, 3.2, 3.1, 3.3, float("nan"), 2.9995, 3, 3, 3, 3, 2, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5]
PLATEAUS = [
    dict(patience=1),
    dict(patience=2, factor=0.5, cooldown=2),
    dict(patience=0, factor=0.5, threshold=0.05, threshold_mode="abs", min_lr=0.01),
    dict(mode="max", patience=3, factor=0.3),
    dict(patience=0, factor=0.5, eps=0.04),
]


def clipped(max_norm, norm_type):
    torch.manual_seed(3)
    parts = [torch.randn(3, 2).requires_grad_(), torch.randn(5).requires_grad_()]
    sum((p * torch.randn_like(p)).sum() for p in parts).backward()
    gradients = [g for p in parts for g in p.grad.flatten().tolist()]
    norm = torch.nn.utils.clip_grad_norm_(parts, max_norm, norm_type)
    after = [g for p in parts for g in p.grad.flatten().tolist()]
    return dict(maxNorm=max_norm, normType=str(norm_type), gradients=gradients, norm=norm.item(), after=after)


if __name__ == "__main__":
    made = {
        "made_with": f"PyTorch {torch.__version__}",
        "step": rates(lambda opt: lr_scheduler.StepLR(opt, 7, 0.3), 30),
        "multiStep": rates(lambda opt: lr_scheduler.MultiStepLR(opt, [3, 11, 12], 0.3), 30),
        "restarts": rates(lambda opt: lr_scheduler.CosineAnnealingWarmRestarts(opt, 2, 2, 0.1), 2 + 4 + 8 + 16),
        "warmUp": rates(warm_up, 20),
        "figures": [None if f != f else f for f in FIGURES],
        "plateaus": [
            dict(options=options, rates=rates(lambda opt: lr_scheduler.ReduceLROnPlateau(opt, **options), len(FIGURES), FIGURES))
            for options in PLATEAUS
        ],
        "clips": [clipped(n, p) for n in (0.5, 100.0) for p in (2.0, 1.0, 3.5, float("inf"))],
    }
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "schedules.json")
    with open(path, "w") as out:
        json.dump(made, out, allow_nan=False)
