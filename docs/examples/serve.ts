// A model that answers over HTTP: trains, saves, loads what was saved, and serves it on 127.0.0.1.
//
//     deno run --allow-read --allow-env --allow-write=out --allow-net=127.0.0.1 docs/examples/serve.ts [--small]
//     curl --data-binary @picture.bin http://127.0.0.1:8000/     # 28 × 28 bytes, 0 for background
//
// docs/inference.md has a server for strangers: bounded memory, and a word for each mistake.
import { data, F, Learner, lessons, noGrad, optim, setSeed, tensor } from "../../mod.ts";

const small = Deno.args.includes("--small"), file = "out/serve/garments.safetensors";
const raw = await data.loadRaw("garments");
const scale = { mean: 0.286, std: 0.353 };

setSeed(2);
const dls = data.DataLoaders.fromRaw(raw, { batchSize: 128, limit: small ? 1024 : 20_000, normalize: scale });
const learn = Learner.of(lessons.initWeights(lessons.getModel()), dls).loss(F.crossEntropy).optimizer(optim.AdamW).lr(
  3e-3,
);
await learn.fit(small ? 1 : 3);
await Deno.mkdir("out/serve", { recursive: true });
await learn.model.save(file);

const model = lessons.getModel();
await model.load(file);
model.eval();

/** The class of 784 bytes, and how sure the model is. */
async function answer(pixels: Uint8Array) {
  const x = tensor(Float32Array.from(pixels), { shape: [1, 1, 28, 28] }).div(255).sub(scale.mean).div(scale.std);
  const chances = await noGrad(() => model.call(x).softmax(1)).toTypedArray();
  const best = chances.indexOf(Math.max(...chances));
  return { class: raw.classes[best]!, probability: chances[best]! };
}

const server = Deno.serve({ hostname: "127.0.0.1", port: small ? 0 : 8000 }, async (request) => {
  const pixels = new Uint8Array(await request.arrayBuffer());
  if (pixels.length !== 784) return new Response(`expected 784 bytes, found ${pixels.length}\n`, { status: 400 });
  return Response.json(await answer(pixels));
});

if (small) { // asks itself, and ends
  const url = `http://127.0.0.1:${server.addr.port}/`, body = raw.test.images.slice(0, 784);
  console.log(JSON.stringify(await (await fetch(url, { method: "POST", body })).json()));
  console.log((await fetch(url, { method: "POST", body: "?" })).status);
  await server.shutdown();
}
