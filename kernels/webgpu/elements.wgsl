// The entry point of kernels that compute one element an invocation; appended to their text.
//
// Parameters: count. Definitions: WORKGROUP; the kernel's element(i), called once for each i < count.

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = workgroupIndex(workgroup, workgroups) * WORKGROUP + local;
  if (i < p.count) {
    element(i);
  }
}
