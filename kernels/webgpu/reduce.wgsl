// Reduction of the trailing axes of a strided view: sum, prod, max, min, any, all, argmax, argmin, moments, normSums.
//
// A workgroup is a table of LANES kept elements by TEAM members: each member folds every TEAM-th element of its chunk of the reduced axes
// in order, then the team folds its members pairwise (foldTeam). LANES varies fastest where kept neighbours are neighbours in
// memory (KEPT_FIRST), else TEAM does, so that reads coalesce either way. A long reduction of few elements is cut into chunks: a first
// pass writes one partial result a chunk, and a second folds the partials. Chunks, team and order depend on the shape alone.
//
// Buffers: input, any strides; output, any strides (last pass) or [chunks, kept] (first pass). Scratch: the words of an
// accumulator one after the other, each [chunks, kept] (`partialPlace` words).
// Parameters: input, output, kept, reduced, chunks, chunkSize, partialPlace, and what the definitions need.
// Definitions: Accumulator type, LANES, TEAM, KEPT_FIRST; identity(), load(word, k, r), fold(a, b), foldTeam (teams.ts), store(a, k, chunk); inputKept(k), inputReduced(r), outputKept(k).

var<workgroup> team: array<Accumulator, LANES * TEAM>;

@compute @workgroup_size(LANES * TEAM)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = workgroupIndex(workgroup, workgroups);
  let chunk = index % p.chunks;
  let lane = select(local / TEAM, local % LANES, KEPT_FIRST);
  let member = select(local % TEAM, local / LANES, KEPT_FIRST);
  let k = (index / p.chunks) * LANES + lane;
  let first = chunk * p.chunkSize;
  let end = min(first + p.chunkSize, p.reduced);

  var total = identity();
  if (k < p.kept) {
    let start = p.input + inputKept(k);
    for (var r = first + member; r < end; r += TEAM) {
      total = fold(total, load(start + inputReduced(r), k, r));
    }
  }
  let all = foldTeam(total, local, TEAM, select(1u, LANES, KEPT_FIRST));
  if (member == 0u && k < p.kept) {
    store(all, k, chunk);
  }
}
