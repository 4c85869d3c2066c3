// Reduction of the trailing axes of a strided view: sum, prod, max, min, any, all, argmax, argmin, moments, normSums.
//
// A workgroup is a table of `lanes` kept elements by `team` members: each member folds every team-th element of its chunk of the reduced axes
// in order, then the team folds its members pairwise (foldTeam). Lanes vary fastest where kept neighbours are neighbours in
// memory (keptFirst), else members do, so that reads coalesce either way. A long reduction of few elements is cut into chunks: a first
// pass writes one partial result a chunk, and a second folds the partials. Chunks, team and order depend on the shape alone.
//
// Buffers: input, any strides; output, any strides (last pass) or [chunks, kept] (first pass). Scratch: the words of an
// accumulator one after the other, each [chunks, kept] (`partialPlace` words).
// Parameters: input, output, kept, reduced, chunks, chunkSize, partialPlace, lanes, team (powers of two, THREADS together), keptFirst, and what the
// definitions need: parameters, so that a text serves reductions of all shapes.
// Definitions: Accumulator type, THREADS; identity(), load(word, k, r), fold(a, b), foldTeam (teams.ts), store(a, k, chunk); inputKept(k), inputReduced(r), outputKept(k).

var<workgroup> team: array<Accumulator, THREADS>;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = workgroupIndex(workgroup, workgroups);
  let chunk = index % p.chunks;
  let keptFirst = p.keptFirst != 0u;
  let lane = select(local / p.team, local % p.lanes, keptFirst);
  let member = select(local % p.team, local / p.lanes, keptFirst);
  let k = (index / p.chunks) * p.lanes + lane;
  let first = chunk * p.chunkSize;
  let end = min(first + p.chunkSize, p.reduced);

  var total = identity();
  if (k < p.kept) {
    let start = p.input + inputKept(k);
    for (var r = first + member; r < end; r += p.team) {
      total = fold(total, load(start + inputReduced(r), k, r));
    }
  }
  let all = foldTeam(total, local, p.team, select(1u, p.lanes, keptFirst));
  if (member == 0u && k < p.kept) {
    store(all, k, chunk);
  }
}
