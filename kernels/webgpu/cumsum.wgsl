// Running sums along an axis: out[i] = input[0] + … + input[i], or from the axis' end.
//
// A workgroup has a line. Each of its TEAM members adds up a part of the line, `part` neighbours; the sums of the parts before are added up in
// workgroup memory, by doubling distances; then each member writes its part. The order of additions depends on the length alone. A dispatch has
// the elements from first to end of each line, and goes on from the sum before them.
//
// Parameters: input, output, length of a line, first, end, part; inputStride and outputStride, between two elements of a line.
// Definitions: Element, plus(a, b), TEAM, REVERSE; inputLine(l), outputLine(l), the offsets of line l's first element.

var<workgroup> sums: array<Element, TEAM>;

// The i-th element of a line in the direction of the sums.
fn along(i: u32) -> u32 {
  return select(i, p.length - 1u - i, REVERSE);
}

@compute @workgroup_size(TEAM)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let line = workgroupIndex(workgroup, workgroups);
  let source = p.input + inputLine(line);
  let destination = p.output + outputLine(line);
  let first = min(p.first + local * p.part, p.end);
  let end = min(first + p.part, p.end);

  var sum = Element(0);
  if (local == 0u && p.first > 0u) {
    sum = bitcast<Element>(heap[destination + along(p.first - 1u) * p.outputStride]);
  }
  let before = sum;
  for (var i = first; i < end; i++) {
    sum += bitcast<Element>(heap[source + along(i) * p.inputStride]);
  }
  sums[local] = sum;
  for (var reach = 1u; reach < TEAM; reach *= 2u) {
    workgroupBarrier();
    let earlier = select(Element(0), sums[max(local, reach) - reach], local >= reach);
    workgroupBarrier();
    sums[local] += earlier;
  }
  workgroupBarrier();

  sum = select(before, sums[max(local, 1u) - 1u], local > 0u);
  for (var i = first; i < end; i++) {
    sum = plus(sum, bitcast<Element>(heap[source + along(i) * p.inputStride]));
    heap[destination + along(i) * p.outputStride] = bitcast<u32>(sum);
  }
}
