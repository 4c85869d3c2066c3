"""Makes losses.json: what losses compute in PyTorch, as make_op_goldens.py does it for operations, for tests/oracle/ops_test.ts.

    /usr/bin/python3 tests/goldens/make_loss_goldens.py

Written with PyTorch 1.13.
"""
import torch
import torch.nn.functional as F

from make_op_goldens import INF, OPS, In, case, f, rand, save

torch.manual_seed(47)




def weights(names, values):
    """Weights by name: PyTorch has no gradients of theirs."""
    return {{"posWeight": "pos_weight"}.get(name, name): value.detach() for name, value in zip(names, values)}


OPS.update({
    "crossEntropyOf": lambda x, y, *more, tensors=(), reduction="mean", ignoreIndex=-100, labelSmoothing=0.0:
        F.cross_entropy(x, y, **weights(tensors, more), reduction=reduction, ignore_index=ignoreIndex, label_smoothing=labelSmoothing),
    "nllLossOf": lambda x, y, *more, tensors=(), reduction="mean", ignoreIndex=-100:
        F.nll_loss(x, y, **weights(tensors, more), reduction=reduction, ignore_index=ignoreIndex),
    "mseLoss": lambda x, y, reduction="mean": F.mse_loss(x, y, reduction=reduction),
    "l1Loss": lambda x, y, reduction="mean": F.l1_loss(x, y, reduction=reduction),
    "smoothL1Loss": lambda x, y, reduction="mean", beta=1.0: F.smooth_l1_loss(x, y, reduction=reduction, beta=beta),
    "huberLoss": lambda x, y, reduction="mean", delta=1.0: F.huber_loss(x, y, reduction=reduction, delta=delta),
    "binaryCrossEntropy": lambda x, y, *more, tensors=(), reduction="mean":
        F.binary_cross_entropy(x, y, **weights(tensors, more), reduction=reduction),
    "binaryCrossEntropyWithLogits": lambda x, y, *more, tensors=(), reduction="mean":
        F.binary_cross_entropy_with_logits(x, y, reduction=reduction, **weights(tensors, more)),
    "klDiv": lambda x, y, reduction="mean", logTarget=False: F.kl_div(x, y, reduction=reduction, log_target=logTarget),
    "cosineSimilarity": lambda x, y, dim=1, eps=1e-8: F.cosine_similarity(x, y, dim=dim, eps=eps),
    "pairwiseDistance": lambda x, y, p=2, eps=1e-6, keepdim=False:
        F.pairwise_distance(x, y, p=INF if p == "inf" else p, eps=eps, keepdim=keepdim),
    "cosineEmbeddingLoss": lambda x, y, t, reduction="mean", margin=0.0:
        F.cosine_embedding_loss(x, y, t, margin=margin, reduction=reduction),
    "tripletMarginLoss": lambda anchor, positive, negative, reduction="mean", **args:
        F.triplet_margin_loss(anchor, positive, negative, reduction=reduction, **args),
})

REDUCTIONS = ("mean", "sum", "none")


def class_cases():
    for shape, places in [((5, 3), (5,)), ((1, 7), (1,)), ((3, 4, 2, 5), (3, 2, 5)), ((2, 6, 3), (2, 3)), ((4,), ()), ((7, 1), (7,))]:
        classes = shape[0] if len(shape) == 1 else shape[1]
        labels = torch.randint(0, classes, places)
        ignored = torch.where(torch.rand(places) < 0.4, torch.tensor(classes + 2), labels)
        weight = torch.rand(classes) + 0.2
        n = 8 * classes * max(1, labels.numel())  # with room for what cancels
        for reduction in REDUCTIONS:
            r = {"reduction": reduction}
            for name, y, args, more in [
                ("plain", labels, {}, []),
                ("weight", labels, {"tensors": ["weight"]}, [weight]),
                ("ignoreIndex", ignored, {"ignoreIndex": classes + 2}, []),
                ("weight and ignoreIndex", ignored, {"ignoreIndex": classes + 2, "tensors": ["weight"]}, [weight]),
                ("ignoreIndex that is a class", labels, {"ignoreIndex": 0}, []),
            ]:
                if reduction == "mean" and "ignore" in name and bool((y == args["ignoreIndex"]).all()):
                    continue  # 0 / 0, below
                case("loss", f"nll {list(shape)} {name} {reduction}", "nllLossOf", [rand(*shape), y, *more], {**args, **r}, n=n, gn=n)
                case("loss", f"cross-entropy {list(shape)} {name} {reduction}", "crossEntropyOf", [rand(*shape), y, *more], {**args, **r}, n=n, gn=n)
                smooth = {**args, **r, "labelSmoothing": 0.3}
                case("loss", f"cross-entropy {list(shape)} {name} {reduction} smoothed", "crossEntropyOf", [rand(*shape), y, *more], smooth, n=n, gn=n)
            chances = torch.softmax(rand(*shape), 0 if len(shape) == 1 else 1)
            for name, args, more in [
                ("probabilities", {}, []),
                ("probabilities, weight", {"tensors": ["weight"]}, [weight]),
                ("probabilities, smoothed", {"labelSmoothing": 0.2}, []),
                ("probabilities, weight, smoothed", {"tensors": ["weight"], "labelSmoothing": 1.0}, [weight]),
            ]:
                case("loss", f"cross-entropy {list(shape)} {name} {reduction}", "crossEntropyOf", [rand(*shape), chances, *more], {**args, **r}, n=n, gn=n)
    gone = torch.full((3,), 9)
    for reduction in REDUCTIONS:
        case("loss", f"nothing counts {reduction}", "crossEntropyOf", [rand(3, 4), gone], {"ignoreIndex": 9, "reduction": reduction}, ngrad=True)
    case("loss", "permuted", "crossEntropyOf", [In(rand(2, 3, 5, 4), ("permute", [0, 3, 1, 2])), torch.randint(0, 4, (2, 3, 5))], n=120, gn=120, second=True)


def elementwise_cases():
    for shape in [(5, 7), (), (3, 1, 4), (0, 3)]:
        for reduction in REDUCTIONS:
            r, n = {"reduction": reduction}, max(1, int(torch.zeros(shape).numel()))
            for op, args in [("mseLoss", {}), ("l1Loss", {}), ("smoothL1Loss", {}), ("smoothL1Loss", {"beta": 0.5}), ("smoothL1Loss", {"beta": 0}),
                             ("huberLoss", {}), ("huberLoss", {"delta": 1.7})]:
                case("loss", f"{op} {list(shape)} {args} {reduction}", op, [rand(*shape), rand(*shape)], {**args, **r}, n=n, gn=n)
            p, t, w = torch.rand(shape) * 0.98 + 0.01, torch.rand(shape), torch.rand(shape)
            case("loss", f"BCE {list(shape)} {reduction}", "binaryCrossEntropy", [p, t], r, n=n, gn=n)
            case("loss", f"BCE {list(shape)} weight {reduction}", "binaryCrossEntropy", [p, t, In(w)], {**r, "tensors": ["weight"]}, n=n, gn=n)
            x = rand(*shape, low=-9, high=9)
            case("loss", f"logits {list(shape)} {reduction}", "binaryCrossEntropyWithLogits", [x, t], r, n=n, gn=n)
            case("loss", f"logits {list(shape)} weights {reduction}", "binaryCrossEntropyWithLogits", [x, t, w, torch.rand(shape[-1:]) + 0.5],
                 {**r, "tensors": ["weight", "posWeight"]}, n=n, gn=n)
            if not shape:
                continue  # one difference of two terms may cancel
            case("loss", f"KL {list(shape)} {reduction}", "klDiv", [rand(*shape), t], r, n=n, gn=n)
            case("loss", f"KL {list(shape)} logarithms {reduction}", "klDiv", [rand(*shape), rand(*shape)], {**r, "logTarget": True}, n=n, gn=n)
    case("loss", "KL batchmean", "klDiv", [rand(5, 3), torch.rand(5, 3)], {"reduction": "batchmean"}, n=15, gn=15)
    # Kinks: differences of exactly 0, beta and delta
    d = f([0.0, 1.0, -1.0, 0.5, -0.5, 3.0, -3.0])
    for op, args in [("l1Loss", {}), ("smoothL1Loss", {}), ("smoothL1Loss", {"beta": 0.5}), ("huberLoss", {}), ("huberLoss", {"delta": 0.5})]:
        case("loss", f"{op} {args} at kinks", op, [d, torch.zeros(7)], {**args, "reduction": "sum"}, f32=True)
    large = f([0.0, -0.0, 1e-6, -1e-6, 40.0, -40.0, 100.0, -100.0, 1e30, -1e30])
    case("loss", "logits of any size", "binaryCrossEntropyWithLogits", [large, f([0, 1, 0.5, 0.5, 1, 0, 0, 1, 1, 0])], {"reduction": "none"}, f32=True)
    case("loss", "logits, twice", "binaryCrossEntropyWithLogits", [rand(4, 3), torch.rand(4, 3)], {"reduction": "none"}, second=True)
    case("loss", "KL of zeros", "klDiv", [rand(4), f([0, 0, 1, 0.5])], {"reduction": "none"}, f32=True, ngrad=True)
    case("loss", "BCE at the ends", "binaryCrossEntropy", [f([0, 0, 1, 1, 0, 1]), f([0, 1, 0, 1, 0.5, 0.5])], {"reduction": "none"}, f32=True, ngrad=True)


def distance_cases():
    for shape, dim in [((5, 3), 1), ((4, 6), 0), ((2, 3, 5), -1), ((3, 4, 2), 1)]:
        case("loss", f"cosine {list(shape)} {dim}", "cosineSimilarity", [rand(*shape), rand(*shape)], {"dim": dim}, n=8, gn=16)
    case("loss", "cosine of nothing", "cosineSimilarity", [torch.zeros(2, 3), rand(2, 3)], ngrad=True)
    for p in (2, 1, 3, 0.5, "inf"):
        for args in ({}, {"keepdim": True}, {"eps": 0.01}):
            case("loss", f"distance {p} {args}", "pairwiseDistance", [rand(5, 4), rand(5, 4)], {"p": p, **args}, n=8, gn=16)
    case("loss", "distance of one pair", "pairwiseDistance", [rand(4), rand(4)], n=8, gn=16)
    same = rand(3, 4)
    case("loss", "distance of equals", "pairwiseDistance", [same, same.clone()], n=8, gn=16)
    for reduction in REDUCTIONS:
        r = {"reduction": reduction}
        pairs = f([1, -1, -1, 1, -1])
        for margin in (0, 0.4, -0.5):
            case("loss", f"cosine embedding {margin} {reduction}", "cosineEmbeddingLoss", [rand(5, 4), rand(5, 4), pairs], {**r, "margin": margin}, n=20, gn=20)
        case("loss", f"cosine embedding of one {reduction}", "cosineEmbeddingLoss", [rand(4), rand(4), f(-1.0)], r, n=20, gn=20)
        for args in ({}, {"margin": 0.3}, {"p": 1}, {"swap": True}, {"eps": 0.1, "swap": True, "p": 3}):
            case("loss", f"triplet {args} {reduction}", "tripletMarginLoss", [rand(6, 4), rand(6, 4), rand(6, 4)], {**r, **args}, n=24, gn=24)
        case("loss", f"triplet [2, 3, 4] {reduction}", "tripletMarginLoss", [rand(2, 3, 4), rand(2, 3, 4), rand(2, 3, 4)], r, n=24, gn=24)


if __name__ == "__main__":
    class_cases()
    elementwise_cases()
    distance_cases()
    save("losses.json")
