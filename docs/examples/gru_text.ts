// A recurrent network that learns to write, character by character, and then does.
//
//     deno run --allow-read --allow-env docs/examples/gru_text.ts [TEXT.txt] [--small]
//
// Without a text it learns Sonde's own README.
import { data, F, Learner, learner, nn, noGrad, optim, setSeed, type Tensor, tensor } from "../../mod.ts";

const small = Deno.args.includes("--small");
const path = Deno.args.find((argument) => !argument.startsWith("--")) ?? new URL("../../README.md", import.meta.url);
setSeed(11);
const text = await Deno.readTextFile(path);
const set = new data.CharacterDataset(small ? text.slice(0, 1500) : text, { length: 48, stride: small ? 8 : 4 });
const { vocabulary } = set, hidden = small ? 64 : 192;
console.log(`${set.length} pieces, ${vocabulary.size} characters`);

class Writer extends nn.Module {
  readonly embedding = new nn.Embedding(vocabulary.size, 32);
  readonly gru = new nn.GRU(32, hidden, { batchFirst: true });
  readonly head = new nn.Linear(hidden, vocabulary.size);

  /** Scores [b, length, characters] of int32 [b, length], and where the network then stands. */
  read(codes: Tensor, state?: Tensor): [scores: Tensor, state: Tensor] {
    const x = this.embedding.call(codes), [output, h] = state ? this.gru.call(x, state) : this.gru.call(x);
    return [this.head.call(output), h];
  }

  override forward(codes: Tensor): Tensor {
    return this.read(codes)[0];
  }
}

const loss = (scores: Tensor, next: Tensor) => F.crossEntropy(scores.view(-1, vocabulary.size), next.view(-1));
const [train, valid] = data.randomSplit(set, [0.9, 0.1]);
const model = new Writer(), dls = data.DataLoaders.of(train!, valid!, { batchSize: 64 });
const learn = Learner.of(model, dls).loss(loss).optimizer(optim.AdamW).metrics()
  .callbacks([new learner.ParamScheduler("lr", optim.oneCycle(1e-2))]);
await learn.fit(small ? 2 : 8);

/** Goes on after `start`: each character drawn by its probability. */
async function write(start: string, length: number): Promise<string> {
  let [scores, state] = noGrad(() =>
    model.read(tensor([...vocabulary.encode(start)], { dtype: "int32" }).unsqueeze(0))
  );
  let written = start;
  for (let i = 0; i < length; i++) {
    const chances = await scores.at(0, -1).div(0.7).softmax(0).toTypedArray();
    let left = Math.random(), code = 0;
    while (code < chances.length - 1 && (left -= chances[code]!) > 0) code++;
    written += vocabulary.decode([code]);
    [scores, state] = noGrad(() => model.read(tensor([[code]], { dtype: "int32" }), state.keep()));
  }
  return written;
}
model.eval();
console.log(await write("The ", small ? 40 : 300));
