"""Set-ups of the lessons' runs, for pytorch_lessons.py. What a run does not say is its lesson's."""
import math
from functools import partial

import torch
import torch.nn as nn

from pytorch_models import (
    BatchNorm, DebiasedRunningBatchNorm, GeneralReLU, InstanceNorm, LayerNorm, RunningBatchNorm, pooled, strided,
)
from pytorch_augment import copy, crop, erase, flip
from pytorch_optimizers import Momentum, RMSProp
from pytorch_residual import deep, residual, resnet18d

PLAIN = partial(GeneralReLU)
LEAKY = partial(GeneralReLU, 0.1, 0.4)
SHIFTED = partial(GeneralReLU, None, 0.0)


def linear(start, end):
    return lambda position: start + position * (end - start)


def warm_up(position):
    """0.6 to 2 over the first 30 % of the steps, then down to 0.1."""
    return linear(0.6, 2.0)(position / 0.3) if position < 0.3 else linear(2.0, 0.1)((position - 0.3) / 0.7)


def cosine(start, end):
    return lambda position: start + (1 - math.cos(math.pi * position)) / 2 * (end - start)


def by_epoch(schedule, epochs):
    """The schedule at the beginning of each epoch."""
    return lambda position: schedule(math.floor(position * epochs + 1e-9) / epochs)


def one_cycle(start, middle, end):
    """Up for 30 % of the steps, then down, each along half a cosine: the curve of PyTorch's OneCycleLR, of which this is the continuous form."""
    up, down = cosine(start, middle), cosine(middle, end)
    return lambda position: up(position / 0.3) if position < 0.3 else down((position - 0.3) / 0.7)


def cycled(most, epochs):
    """AdamW, with one cycle of rate and momentum."""
    return dict(
        optimizer=torch.optim.AdamW, lr=most, schedule=one_cycle(most / 25, most, most / 25e4), momenta=one_cycle(0.95, 0.85, 0.95),
        epochs=epochs,
    )


def a(act=LEAKY, norm=None, leak=0.1, normalize=True, **more):
    setup = dict(
        lesson="initialization", data="fashion-mnist", model=partial(strided, act, norm), leak=leak, zero_bias=False,
        normalize="batch" if normalize else None, batch=1024, lr=0.2, momentum=0.85, epochs=3,
    )
    return {**setup, **more}


def mnist(lesson, model, leak, **more):
    setup = dict(
        lesson=lesson, data="mnist", model=model, leak=leak, zero_bias=True, normalize="train", batch=512, momentum=0.0, epochs=2,
    )
    return {**setup, **more}


def b(**more):
    return mnist("lsuv", partial(pooled, SHIFTED, None, (8, 16, 32, 64, 64), True), 0.1, lr=0.5, **more)


def c(norm, lr, bias=False, **more):
    return mnist("batchnorm", partial(pooled, PLAIN, norm, (8, 16, 32, 64, 64), bias), 0.1, lr=lr, **more)


def d(norm, lr, act=PLAIN, bias=True, **more):
    """The questions' layers; D4's and D5's have no activation, as in the document."""
    return mnist("questions", partial(pooled, act, norm, (8, 16, 32, 64, 64), bias), 0.1, lr=lr, **more)


def groups(count):
    """GroupNorm with so many groups, or with one for each channel."""
    return lambda channels: nn.GroupNorm(count or channels, channels)


def e(lr, epochs):
    return mnist("inside", partial(pooled, PLAIN, None, (8, 16, 32, 32), True), None, lr=lr, epochs=epochs)


def f(optimizer=None, **more):
    own = dict(lesson="accelerated", norm=nn.BatchNorm2d, momentum=0.0, **({"optimizer": optimizer} if optimizer else {}))
    return {**a(**{**own, **more}), "normalize": "constants"}


def cycled_model(lesson, model, most, epochs=5, **more):
    """Lessons G and H: AdamW in one cycle."""
    return {**f(**cycled(most, epochs)), "lesson": lesson, "model": model, **more}


def g(model, most, **more):
    return cycled_model("residual", model, most, **more)


def h(epochs=5, most=1e-2, augment=(), average=None, **more):
    """H4's network, unless told otherwise."""
    shape = dict(channels=(16, 32, 64, 128, 256), kernel=5, first="convolution", pool=True)
    return cycled_model("wider", partial(residual, **{**shape, **more}), most, epochs, augment=augment, average=average)


RUNS = {
    "A1": a(PLAIN, leak=None, normalize=False, epochs=1),
    "A2": a(PLAIN, leak=0.0, normalize=False),
    "A3": a(PLAIN, leak=0.0),
    "A4": a(),
    "A5": a(leak=None, lsuv="together"),
    "A6": a(norm=LayerNorm),
    "A7": a(norm=BatchNorm, lr=0.4),
    "A8": a(norm=nn.BatchNorm2d, batch=256),
    "A9": a(norm=nn.BatchNorm2d, batch=256, lr=0.05, epochs=2, after="A8"),
    "B1": b(),
    "B2": b(lsuv="weights first"),
    "C1": c(None, 0.4, bias=True),
    "C2": c(None, 1.0, bias=True),
    "C3": c(BatchNorm, 1.0),
    "C4": c(nn.BatchNorm2d, 1.0),
    "C5": c(nn.BatchNorm2d, 1.0, batch=2, epochs=1),
    "C6": c(nn.BatchNorm2d, 0.4, batch=2, epochs=1),
    "C7": c(RunningBatchNorm, 1.0, batch=2, epochs=1),
    "C8": c(RunningBatchNorm, 0.4, batch=2, epochs=1),
    "C9a": c(nn.BatchNorm2d, 0.6, epochs=8, schedule=warm_up),
    "C9b": c(LayerNorm, 0.8, bias=True, epochs=3),
    "C9c": c(InstanceNorm, 0.1, bias=True, epochs=3),
    "C9d": c(RunningBatchNorm, 1.0, batch=32, epochs=1, schedule=linear(1.0, 0.2)),
    "D3": d(partial(BatchNorm, eps=1e-6), 0.9, bias=False, epochs=1),
    "D4": d(nn.BatchNorm2d, 1.0, act=None, bias=False, epochs=3),
    "D5": d(nn.BatchNorm2d, 0.6, act=None, bias=False, epochs=1, schedule=warm_up),
    "D6": d(partial(LayerNorm, eps=1e-6), 1.0, epochs=3),
    "D7": d(InstanceNorm, 0.1, epochs=3),
    "D8a": d(groups(1), 0.4),
    "D8b": d(groups(4), 0.4),
    "D8c": d(groups(None), 0.4),
    "D9": d(DebiasedRunningBatchNorm, 0.4, bias=False, epochs=1),
    "E1": e(0.4, 1),
    "E2": e(0.4, 3),
    "E3": e(0.4, 3),
    "E4": e(0.5, 1),
    "F1": f(lr=0.4),
    "F2": f(Momentum, lr=1.5),
    "F3": f(RMSProp, lr=3e-3),
    "F4": f(partial(torch.optim.Adam, betas=(0.9, 0.99), eps=1e-5), lr=6e-3),
    "F5": f(torch.optim.AdamW, lr=2e-2, schedule=cosine(2e-2, 0.0)),
    "F6": f(torch.optim.AdamW, lr=2e-2, schedule=by_epoch(cosine(2e-2, 0.0), 3)),
    "F7": f(**cycled(6e-2, 5)),
    "G1": g(deep, 6e-2),
    "G2": g(partial(residual, (8, 16, 32, 64, 128, 256)), 2e-2),
    "G3": g(resnet18d, 2e-2, leak=None),
    "H1": h(channels=(16, 32, 64, 128, 256, 512), first="block", pool=False),
    "H2": h(first="block", last=512),
    "H3": h(first="block"),
    "H4": h(),
    "H5": h(20, augment=(crop, flip), average="mirrored"),
    "H6": h(50, 2e-2, augment=(crop, flip, erase)),
    "H7": h(25, augment=(crop, flip, copy), average="pair"),
    "H8": h(dropout=0.1),
}
