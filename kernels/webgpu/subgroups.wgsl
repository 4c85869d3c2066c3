// How many invocations get what they expect of their partners, by registers: as many as there are, where invocations in a row are in one subgroup.
//
// Definitions: WORKGROUP; SUBGROUP, how many in a row that should be.

@group(0) @binding(0) var<storage, read_write> agreeing: atomic<u32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) local: u32) {
  var agrees = true;
  for (var far = SUBGROUP / 2u; far > 0u; far /= 2u) {
    agrees = (subgroupShuffleXor(local, far) == (local ^ far)) && agrees;
  }
  if (agrees) {
    atomicAdd(&agreeing, 1u);
  }
}
