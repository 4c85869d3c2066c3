// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/**
 * Running a program's commands on one or several threads.
 *
 * The calling thread leads: it walks the commands, and publishes each command that is worth sharing as a range of chunks in one
 * 64-bit word, the claim: sequence (24 bits) | first (20 bits) | end (20 bits). A thread takes a chunk by compare-and-swap, the leader
 * from the front, helpers from the back, so that a thread finds much of its data in its own cache again. Of more chunks than 20 bits can
 * count, so many are published at a time, with the number of the first beside the command. The swap of a helper that was off
 * the processor meanwhile fails, as the sequence has moved on; so nobody ever waits for a thread that holds no chunk. What a chunk computes
 * depends on its number alone: results are the same for any number of threads.
 *
 * A program too small to be shared runs asynchronously: `begin` leaves it in Control.asynchronous and returns, and the helper that takes it
 * first runs it alone. `finish` waits for that, or runs it when no helper has come yet.
 */
import { scratch, setChunk, setProgram, setScratch, setValueTable, valueTable } from "./command";
import { Header, Local, Member, Program, SeriesCommand } from "./layouts";
import { CHUNK_BITS, Control, Overflow, Series } from "./numbers";

/** The bits of a chunk number in the claim, and the most chunks that it can hold. */
const CHUNK: u32 = (1 << CHUNK_BITS) - 1;
/** What moves the first chunk of the claim on by one. */
const ONE_FIRST: u64 = 1 << CHUNK_BITS;

/**
 * How often a helper looks for work before it sleeps: about a millisecond, longer than the JavaScript between two steps. Waking it costs the
 * leader a call of the system, and the helper some 50 µs.
 */
const HELPER_SPINS = 500_000;
/**
 * How often the leader looks whether helpers are done before it sleeps between looks: about half a millisecond, longer than any chunk. A look
 * costs half a nanosecond, and a sleep of 50 µs ends after some 75: whoever begins to sleep too early is late by that much.
 */
const LEADER_SPINS = 1_000_000;
/** Then it looks every 50 µs, this often: 60 s without any progress is a dead helper. */
const LEADER_NAPS = 1_200_000;

let sequence: u64 = 0;
/** The command that this thread works at. */
let running: usize = 0;

/** Turns to the program at `start`. */
function enter(start: usize): void {
  const header = changetype<Program>(start);
  setProgram(start, start + <usize> header.values, start + <usize> header.offsets, start + <usize> header.scalars);
}

/** Runs all commands. Returns 0, or 1 when a helper failed or died. */
export function run(start: usize, helpers: i32): i32 {
  enter(start);
  const part = changetype<Program>(start), end = start + <usize> part.end;
  let command = start + <usize> part.first;
  while (command < end) {
    const header = changetype<Header>(command), chunks = header.chunks, inner = header.inner;
    if (inner > 0 && part.apart) {
      command += <usize> header.length << 2;
      continue;
    }
    if (helpers > 0 && chunks > 1 && header.shared) {
      if (share(start, command, chunks)) return 1;
    } else {
      for (let i = 0; i < chunks; i++) runChunk(command, i);
    }
    command += <usize> (header.length + inner) << 2;
  }
  return 0;
}

/**
 * The commands after this one on a group of images, one command after the other. Values that nobody else reads lie in this thread's scratch memory, which
 * takes the images of one group: their addresses are those that the first image of all would have.
 */
export function series(command: usize, group: i32): void {
  const cmd = changetype<SeriesCommand>(command), addresses = valueTable(), locals = cmd.locals;
  if (locals > 0) {
    const own = scratch + Series.addresses;
    memory.copy(own, addresses, <usize> cmd.values << 2);
    let local = changetype<Local>(cmd.localList);
    for (let i = 0; i < locals; i++, local = local.next) {
      store<u32>(own + (<usize> local.value << 2), <u32> (scratch + Series.images + <usize> local.at - <usize> (group * local.step)));
    }
    setValueTable(own);
  }
  let member = command + (<usize> changetype<Header>(command).length << 2), cut = changetype<Member>(cmd.memberList);
  for (let i = 0; i < cmd.members; i++, cut = cut.next) {
    const header = changetype<Header>(member), chunks = cut.chunks, first = group * chunks, last = min(first + chunks, header.chunks);
    for (let chunk = first; chunk < last; chunk++) runChunk(member, chunk);
    member += <usize> header.length << 2;
  }
  setValueTable(addresses);
}

// @ts-ignore: decorator
@inline
function runChunk(command: usize, chunk: i32): void {
  running = command;
  setChunk(chunk);
  call_indirect<void>(<u32> changetype<Header>(command).code, command, chunk);
}

/** Lets a helper run all commands of a program, while the caller goes on. One program at a time: call `finish` before the next. */
export function begin(start: usize): void {
  atomic.store<i32>(Control.finished, 0);
  atomic.store<i32>(Control.asynchronous, <i32> start);
  wake();
}

/** Returns when the program of `begin` has run: 0, or 1 when its helper failed or died. */
export function finish(): i32 {
  const start = atomic.load<i32>(Control.asynchronous);
  if (start == 0 || atomic.cmpxchg<i32>(Control.asynchronous, start, 0) != start) return waitFor(Control.finished, 1);
  return run(<usize> start, 0);
}

function wake(): void {
  if (atomic.load<i32>(Control.sleepers) == 0) return;
  atomic.add<i32>(Control.wake, 1);
  atomic.notify(Control.wake, -1);
}

function share(start: usize, command: usize, chunks: i32): i32 {
  store<u32>(Control.job, <u32> start);
  store<u32>(Control.job, <u32> command, 4);
  for (let from = 0; from < chunks; from += <i32> CHUNK) {
    if (shareFrom(command, from, min<i32>(chunks - from, CHUNK))) return 1;
  }
  return 0;
}

/** Shares chunks of a command, which has been published as the job, from one on. */
function shareFrom(command: usize, from: i32, chunks: i32): i32 {
  store<u32>(Control.job, <u32> from, 8);
  atomic.store<i32>(Control.done, 0);
  sequence = (sequence + 1) & 0xffffff;
  atomic.store<u64>(Control.claim, sequence << (2 * CHUNK_BITS) | <u64> chunks);
  wake();
  let mine = 0;
  while (true) {
    const claim = atomic.load<u64>(Control.claim);
    const first = <u32> (claim >> CHUNK_BITS) & CHUNK, last = <u32> claim & CHUNK;
    if (first >= last) break;
    if (atomic.cmpxchg<u64>(Control.claim, claim, claim + ONE_FIRST) != claim) continue;
    runChunk(command, from + <i32> first);
    mine++;
  }
  return waitFor(Control.done, chunks - mine);
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
    if (atomic.load<i32>(Control.failed) != 0) return 1;
    if (now != seen) naps = 0;
    seen = now;
    atomic.wait<i32>(at, now, 50_000);
  }
  return 1;
}

/**
 * Returns when this thread sees memory of the size that the leader has. A thread that another one's growth has not reached yet (V8 tells threads at
 * the next round of a loop, or call of a function) takes what is new for out of bounds.
 */
// @ts-ignore: decorator
@inline
function seeAllMemory(): void {
  while (memory.size() < atomic.load<i32>(Control.pages)) { /* the loop itself is what V8 waits for */ }
}

/** The life of a helper thread: returns when told to stop. */
export function help(scratchStart: usize): void {
  setScratch(scratchStart);
  atomic.add<i32>(Control.ready, 1);
  let idle = 0;
  while (atomic.load<i32>(Control.stop) == 0) {
    const program = atomic.load<i32>(Control.asynchronous);
    if (program != 0) {
      idle = 0;
      if (atomic.cmpxchg<i32>(Control.asynchronous, program, 0) != program) continue;
      seeAllMemory();
      run(<usize> program, 0);
      atomic.store<i32>(Control.finished, 1);
      continue;
    }
    const claim = atomic.load<u64>(Control.claim);
    const first = <u32> (claim >> CHUNK_BITS) & CHUNK, last = <u32> claim & CHUNK;
    if (first < last) {
      idle = 0;
      if (atomic.cmpxchg<u64>(Control.claim, claim, claim - 1) != claim) continue;
      seeAllMemory();
      // Having a chunk keeps the leader in this command: so what Control.job says belongs to it.
      enter(load<u32>(Control.job));
      const command: usize = load<u32>(Control.job, 4), from = load<i32>(Control.job, 8);
      runChunk(command, from + <i32> last - 1);
      atomic.add<i32>(Control.done, 1);
    } else if (++idle > HELPER_SPINS) {
      const wake = atomic.load<i32>(Control.wake);
      atomic.add<i32>(Control.sleepers, 1);
      // Looking again after saying so: either the leader sees a sleeper, or this thread sees the work.
      const again = atomic.load<u64>(Control.claim);
      const none = atomic.load<i32>(Control.asynchronous) == 0 && (<u32> (again >> CHUNK_BITS) & CHUNK) >= (<u32> again & CHUNK);
      if (none && atomic.load<i32>(Control.stop) == 0) atomic.wait<i32>(Control.wake, wake, -1);
      atomic.sub<i32>(Control.sleepers, 1);
      idle = 0;
    }
  }
}

/** Notes in a command that an index was out of range of a size. The first one stays. */
export function fault(command: usize, index: i32, size: i32): void {
  const words = changetype<Header>(command).fault;
  if (atomic.cmpxchg<i32>(words, 0, 1) != 0) return;
  store<i32>(words, index, 4);
  store<i32>(words, size, 8);
  atomic.store<i32>(Control.fault, 1);
}

/** Notes in the command that runs that int32 cannot hold what a function gives. */
export function overflow(kernel: Overflow): void {
  fault(running, kernel, 0);
}
