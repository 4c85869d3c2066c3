// A causal transformer that learns to sort: it reads eight digits, and writes them in order.
//
//     deno run --allow-read --allow-env docs/examples/transformer.ts [--small]
import { arange, data, F, Learner, learner, nn, optim, randint, setSeed, type Tensor } from "../../mod.ts";

const small = Deno.args.includes("--small");
const DIGITS = 10, LENGTH = 8, WIDTH = 64, HEADS = 4, LAYERS = 2, TOKENS = 2 * LENGTH - 1;
setSeed(4);

/** Digits, then the same in order: the model sees all but the last, and each place is to say what comes next. */
async function sequences(count: number): Promise<data.TensorDataset> {
  const rows = await randint(0, DIGITS, [count, LENGTH]).array() as number[][];
  const whole = rows.map((row) => [...row, ...row.toSorted((a, b) => a - b)]);
  const x = whole.map((row) => row.slice(0, -1)), y = whole.map((row) => row.slice(LENGTH));
  const items = x.map((tokens, i) => ({ x: Int32Array.from(tokens), y: Int32Array.from(y[i]!) }));
  const columns = data.collate(items);
  return new data.TensorDataset(columns.x!, columns.y!);
}

class Block extends nn.Module {
  readonly norm1 = new nn.LayerNorm(WIDTH);
  readonly norm2 = new nn.LayerNorm(WIDTH);
  readonly attention = new nn.MultiheadAttention(WIDTH, HEADS, { batchFirst: true, causal: true });
  readonly mlp = new nn.Sequential(new nn.Linear(WIDTH, 4 * WIDTH), new nn.GELU(), new nn.Linear(4 * WIDTH, WIDTH));

  override forward(x: Tensor): Tensor {
    const mixed = x.add(this.attention.call(this.norm1.call(x)));
    return mixed.add(this.mlp.call(this.norm2.call(mixed)));
  }
}

class Sorter extends nn.Module {
  readonly token = new nn.Embedding(DIGITS, WIDTH);
  readonly place = new nn.Embedding(TOKENS, WIDTH);
  readonly blocks = new nn.Sequential(...Array.from({ length: LAYERS }, () => new Block()));
  readonly head = new nn.Sequential(new nn.LayerNorm(WIDTH), new nn.Linear(WIDTH, DIGITS));

  override forward(tokens: Tensor): Tensor {
    const places = arange(0, TOKENS, 1, { dtype: "int32", device: tokens.device });
    const x = this.blocks.call(this.token.call(tokens).add(this.place.call(places)));
    return this.head.call(x.narrow(1, LENGTH - 1, LENGTH)); // what follows the last digit that was read, and so on
  }
}

const loss = (scores: Tensor, next: Tensor) => F.crossEntropy(scores.reshape(-1, DIGITS), next.reshape(-1));
const right = (scores: Tensor, next: Tensor) => scores.argmax(-1).eq(next).float().mean();
const [train, valid] = [await sequences(small ? 512 : 20_000), await sequences(512)];
const dls = data.DataLoaders.of(train, valid, { batchSize: 128 });
const learn = Learner.of(new Sorter(), dls).loss(loss).optimizer(optim.AdamW).metrics({ right })
  .callbacks([new learner.ParamScheduler("lr", optim.oneCycle(3e-3))]);
await learn.fit(small ? 1 : 5);
const [scores, next] = await learn.getPreds();
console.log("digits in their place:", await right(scores, next!).item());
