"""The networks of lessons G and H in PyTorch."""
import torch.nn as nn
import torch.nn.functional as F

from pytorch_models import GeneralReLU


def leaky():
    return GeneralReLU(0.1, 0.4)


def conv(start, end, kernel=3, stride=1, norm=True, act=None, bias=True):
    layers = [nn.Conv2d(start, end, kernel, stride=stride, padding=kernel // 2, bias=bias)]
    return nn.Sequential(*layers, *([nn.BatchNorm2d(end)] if norm else []), *([act] if act else []))


class ResBlock(nn.Module):
    """Two convolutions, the second with the stride, and the input beside them."""

    def __init__(self, start, end, stride=1, kernel=3):
        super().__init__()
        self.convs = nn.Sequential(conv(start, end, kernel, 1, act=leaky()), conv(end, end, kernel, stride))
        pool = [] if stride == 1 else [nn.AvgPool2d(2, ceil_mode=True)]
        self.short_cut = nn.Sequential(*pool, *([] if start == end else [conv(start, end, 1, norm=False)]))
        self.act = leaky()

    def forward(self, x):
        return self.act(self.convs(x) + self.short_cut(x))


def deep():
    """G1: the first convolution of stride 1, and a norm after the last one too."""
    sizes = [1, 8, 16, 32, 64, 128, 10]
    layers = [conv(sizes[i], sizes[i + 1], 3, 2 if i else 1, act=leaky() if i < 5 else None) for i in range(6)]
    return nn.Sequential(*layers, nn.Flatten())


def residual(channels, kernel=3, first="block", last=None, pool=False, dropout=0.0):
    """G2 and H."""
    start = ResBlock(1, channels[0], 1, kernel) if first == "block" else conv(1, channels[0], kernel, act=leaky())
    blocks = [ResBlock(channels[i], channels[i + 1], 2) for i in range(len(channels) - 1)]
    if last:
        blocks.append(ResBlock(channels[-1], last))
    head = [nn.AdaptiveAvgPool2d(1)] if pool else []
    head += [nn.Flatten(), *([nn.Dropout(dropout)] if dropout else [])]
    return nn.Sequential(start, *blocks, *head, nn.Linear(last or channels[-1], 10, bias=False), nn.BatchNorm1d(10))


class BasicBlock(nn.Module):
    """ResNet's block: the first convolution has the stride, the short cut a norm; the last norm begins at 0."""

    def __init__(self, start, end, stride):
        super().__init__()
        self.convs = nn.Sequential(
            conv(start, end, 3, stride, act=nn.ReLU(), bias=False), conv(end, end, 3, 1, bias=False)
        )
        nn.init.zeros_(self.convs[1][1].weight)
        pool = [] if stride == 1 else [nn.AvgPool2d(2, ceil_mode=True)]
        self.short_cut = nn.Sequential(*pool, *([] if start == end else [conv(start, end, 1, bias=False)]))

    def forward(self, x):
        return F.relu(self.convs(x) + self.short_cut(x))


def resnet18d():
    """G3: form D, with a stem of three convolutions, for one channel and ten classes."""
    stem = [conv(1, 32, 3, 2, act=nn.ReLU(), bias=False), conv(32, 32, act=nn.ReLU(), bias=False)]
    stem += [conv(32, 64, act=nn.ReLU(), bias=False), nn.MaxPool2d(3, 2, 1)]
    sizes, blocks = [64, 64, 128, 256, 512], []
    for i in range(4):
        blocks += [BasicBlock(sizes[i], sizes[i + 1], 2 if i else 1), BasicBlock(sizes[i + 1], sizes[i + 1], 1)]
    model = nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))
    for m in model.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
    return model
