// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Running a program's commands on one or several threads.
 *
 * The calling thread leads: it walks the commands, and publishes each command that is worth sharing as a range of chunks in one
 * 64-bit word, CLAIM = sequence (24 bits) | first (20 bits) | end (20 bits). A thread takes a chunk by compare-and-swap, the leader
 * from the front, helpers from the back (so that a thread finds much of its data in its own cache again). A helper that was off the
 * processor meanwhile fails its swap, for the sequence has moved on, so nobody ever waits for a thread that holds no chunk.
 * What a chunk computes depends on its number alone: results are the same for any number of threads.
 *
 * A program too small to be shared runs behind the caller: `begin` leaves it in BEHIND and returns, and the helper that takes it first runs it
 * alone. `finish` waits for that, or runs it when no helper has come yet.
 */
import { enter, setScratch, word } from "./command";

// Addresses of the control block, a cache line each; lib/device/cpu/commands.ts has the same list.
const CLAIM: usize = 1024;
const DONE: usize = 1152;
const JOB: usize = 1280;
const SLEEPERS: usize = 1408;
const WAKE: usize = 1536;
const FAILED: usize = 1664;
const FAULT: usize = 1792;
const READY: usize = 1920;
const STOP: usize = 2048;
const BEHIND: usize = 2176;
const FINISHED: usize = 2304;

/** How often a helper looks for work before it sleeps: a few hundred microseconds, the JavaScript between two small steps. */
const HELPER_SPINS = 200_000;
/** How often the leader looks whether helpers are done before it sleeps between looks. */
const LEADER_SPINS = 50_000;
/** Then it looks every 50 µs, this often: 60 s without any progress is a dead helper. */
const LEADER_NAPS = 1_200_000;

let sequence: u64 = 0;

/** Runs all commands. Returns 0, or 1 when a helper failed or died. */
export function run(start: usize, helpers: i32): i32 {
  enter(start);
  let command = start + load<u32>(start);
  const end = start + load<u32>(start, 4);
  while (command < end) {
    const chunks = word(command, 2);
    if (helpers > 0 && chunks > 1 && word(command, 3) != 0) {
      if (share(start, command, chunks)) return 1;
    } else {
      for (let i = 0; i < chunks; i++) call_indirect<void>(<u32> word(command, 0), command, i);
    }
    command += <usize> word(command, 1) << 2;
  }
  return 0;
}

/** Lets a helper run all commands of a program, while the caller goes on. One program at a time: call `finish` before the next. */
export function begin(start: usize): void {
  atomic.store<i32>(FINISHED, 0);
  atomic.store<i32>(BEHIND, <i32> start);
  wake();
}

/** Returns when the program of `begin` has run: 0, or 1 when its helper failed or died. */
export function finish(): i32 {
  const start = atomic.load<i32>(BEHIND);
  if (start == 0 || atomic.cmpxchg<i32>(BEHIND, start, 0) != start) return waitFor(FINISHED, 1);
  return run(<usize> start, 0);
}

function wake(): void {
  if (atomic.load<i32>(SLEEPERS) == 0) return;
  atomic.add<i32>(WAKE, 1);
  atomic.notify(WAKE, -1);
}

function share(start: usize, command: usize, chunks: i32): i32 {
  store<u32>(JOB, <u32> start);
  store<u32>(JOB, <u32> command, 4);
  atomic.store<i32>(DONE, 0);
  sequence = (sequence + 1) & 0xffffff;
  atomic.store<u64>(CLAIM, sequence << 40 | <u64> chunks);
  wake();
  let mine = 0;
  while (true) {
    const claim = atomic.load<u64>(CLAIM);
    const first = <u32> (claim >> 20) & 0xfffff, last = <u32> claim & 0xfffff;
    if (first >= last) break;
    if (atomic.cmpxchg<u64>(CLAIM, claim, claim + (1 << 20)) != claim) continue;
    call_indirect<void>(<u32> word(command, 0), command, <i32> first);
    mine++;
  }
  return waitFor(DONE, chunks - mine);
}

/** Returns 0 when the counter at `at` has come to `expected`; 1 when a helper failed, or nothing has moved for 60 s. */
function waitFor(at: usize, expected: i32): i32 {
  for (let spins = 0; spins < LEADER_SPINS; spins++) {
    if (atomic.load<i32>(at) == expected) return 0;
  }
  let seen = -1;
  for (let naps = 0; naps < LEADER_NAPS; naps++) {
    const now = atomic.load<i32>(at);
    if (now == expected) return 0;
    if (atomic.load<i32>(FAILED) != 0) return 1;
    if (now != seen) naps = 0;
    seen = now;
    atomic.wait<i32>(at, now, 50_000);
  }
  return 1;
}

/** The life of a helper thread: returns when told to stop. */
export function help(scratchStart: usize): void {
  setScratch(scratchStart);
  atomic.add<i32>(READY, 1);
  let idle = 0;
  while (atomic.load<i32>(STOP) == 0) {
    const behind = atomic.load<i32>(BEHIND);
    if (behind != 0) {
      idle = 0;
      if (atomic.cmpxchg<i32>(BEHIND, behind, 0) != behind) continue;
      run(<usize> behind, 0);
      atomic.store<i32>(FINISHED, 1);
      continue;
    }
    const claim = atomic.load<u64>(CLAIM);
    const first = <u32> (claim >> 20) & 0xfffff, last = <u32> claim & 0xfffff;
    if (first < last) {
      idle = 0;
      if (atomic.cmpxchg<u64>(CLAIM, claim, claim - 1) != claim) continue;
      // Having a chunk keeps the leader in this command, so what JOB says belongs to it.
      enter(load<u32>(JOB));
      const command: usize = load<u32>(JOB, 4);
      call_indirect<void>(<u32> word(command, 0), command, <i32> last - 1);
      atomic.add<i32>(DONE, 1);
    } else if (++idle > HELPER_SPINS) {
      const wake = atomic.load<i32>(WAKE);
      atomic.add<i32>(SLEEPERS, 1);
      // Looking again after saying so: either the leader sees a sleeper, or this thread sees the work.
      const again = atomic.load<u64>(CLAIM);
      const none = atomic.load<i32>(BEHIND) == 0 && (<u32> (again >> 20) & 0xfffff) >= (<u32> again & 0xfffff);
      if (none && atomic.load<i32>(STOP) == 0) atomic.wait<i32>(WAKE, wake, -1);
      atomic.sub<i32>(SLEEPERS, 1);
      idle = 0;
    }
  }
}

/** Raises the fault flag: kernel (1 crossEntropy, 2 gather, 3 scatterAdd, 4 takeBytes), index, size. The first fault stays. */
export function fault(kernel: i32, index: i32, size: i32): void {
  if (atomic.cmpxchg<i32>(FAULT, 0, kernel) != 0) return;
  store<i32>(FAULT, index, 4);
  store<i32>(FAULT, size, 8);
}
