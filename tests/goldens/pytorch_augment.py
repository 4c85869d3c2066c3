"""How lesson H changes training images in PyTorch: each image of a batch [n, 1, 28, 28] anew."""
import torch
import torch.nn.functional as F

SIDE, MOST = 6, 4


def crop(x):
    """Moved by up to a pixel each way."""
    padded = F.pad(x, (1, 1, 1, 1))[:, 0]
    places = torch.arange(28)
    rows = (torch.randint(0, 3, (len(x), 1)) + places)[:, :, None]
    columns = (torch.randint(0, 3, (len(x), 1)) + places)[:, None, :]
    return padded[torch.arange(len(x))[:, None, None], rows, columns][:, None]


def flip(x):
    """Half of them mirrored left to right."""
    return torch.where(torch.rand(len(x), 1, 1, 1) < 0.5, x.flip(3), x)


def place(count):
    """A corner for each image, and the pixels [n, 28, 28] that its place covers."""
    top, left = torch.randint(0, 28 - SIDE + 1, (2, count, 1))
    at = torch.arange(28)
    rows, columns = (at >= top) & (at < top + SIDE), (at >= left) & (at < left + SIDE)
    return top, left, rows[:, :, None] & columns[:, None, :]


def erase(x):
    """Up to four places overwritten with noise of the batch's statistics."""
    noise = (torch.randn_like(x) * x.std() + x.mean()).clamp(x.min(), x.max())
    counts = torch.randint(0, MOST + 1, (len(x), 1, 1))
    covered = torch.zeros(len(x), 28, 28, dtype=torch.bool)
    for k in range(MOST):
        covered |= place(len(x))[2] & (counts > k)
    return torch.where(covered[:, None], noise, x)


def copy(x):
    """Up to four places overwritten with others of the same image."""
    own = torch.arange(28 * 28).view(1, 28, 28)
    source, counts = own.expand(len(x), 28, 28), torch.randint(0, MOST + 1, (len(x), 1, 1))
    for k in range(MOST):
        top, left, covers = place(len(x))
        from_top, from_left, _ = place(len(x))
        shift = ((from_top - top) * 28 + from_left - left)[:, :, None]
        source = torch.where(covers & (counts > k), own + shift, source)
    return x.flatten(1).gather(1, source.flatten(1)).view_as(x)
