/** Node's `setImmediate`: a turn of the event loop, by a message, as a page's timers wait for 4 ms. */
const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();
// In Node and Deno a port that listens would keep the process alive.
(channel.port1 as { unref?: () => void }).unref?.();

export function setImmediate(work: () => void): { unref(): void } {
  waiting.push(work);
  channel.port2.postMessage(0);
  return { unref() {} };
}
