// Adds the partial results of products whose depth was cut into parts: out[i] = Σ over parts of partial[part, i]; of several products, one segment
// of the parameters each.
//
// A workgroup is a table of elements by `team` members (a power of two): each adds every team-th part in order, then the team adds its members
// pairwise. Neighbours are neighbours in memory. The order depends on the shape alone.
//
// Parameters of a segment: first (its first workgroup), count (words of a part: batches · rows · partColumns), parts, team, scratch ([parts, count]),
// rows, partColumns, columns (those of them that are the result's); output, and how far apart neighbours are there: batches (batchStride), rows
// (rowStride), columns of one run of `run` columns (columnStride) and runs (runStride); sums, ones (the column whose results go to `sums`, or none).
// Definitions: WORKGROUP; sumOfTeam (teams.ts).

var<workgroup> sums: array<f32, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let group = workgroupIndex(workgroup, workgroups);
  let p = parameters.list[segmentOf(group)];
  let lanes = WORKGROUP / p.team;
  let member = local / lanes;
  let i = (group - p.first) * lanes + local % lanes;
  var sum = 0.0;
  if (i < p.count) {
    for (var part = member; part < p.parts; part += p.team) {
      sum += bitcast<f32>(heap[p.scratch + part * p.count + i]);
    }
  }
  let total = sumOfTeam(sum, local, p.team, lanes);
  let n = i % p.partColumns;
  if (member > 0u || i >= p.count || n >= p.columns) {
    return;
  }
  let row = i / p.partColumns;
  let place = row / p.rows * p.batchStride + row % p.rows * p.rowStride + n / p.run * p.runStride + n % p.run * p.columnStride;
  heap[select(p.output + place, p.sums + row, n == p.ones)] = bitcast<u32>(total);
}

fn sumOf(a: f32, b: f32) -> f32 {
  return a + b;
}
