/**
 * Ownership of device memory. A {@linkcode Memory} is one buffer with one owner in JavaScript; when the last reference to it is
 * collected, or it is released, the buffer goes back to the device. Buffers are the only thing Sonde's FinalizationRegistry watches:
 * tensors and graph nodes come and go by the thousand, memories only with materialised values.
 *
 * Single elements, losses above all, come with every step and may be kept by the hundred thousand. They lie in pages of 64, which have one
 * buffer and one entry in the registry. A page is let go when nothing refers to any of its elements any more.
 */
import type { DeviceBuffer } from "./backend.ts";
import { BufferSlot, type Place } from "./buffer_slot.ts";
import type { Device } from "./device.ts";
import { byteLength, type DType, isPacked } from "./dtype.ts";
import type { OperationError } from "./errors.ts";

/** Memory on a device, freed with its last reference or by {@linkcode Memory.release}. */
export abstract class Memory {
  abstract readonly device: Device;
  abstract readonly dtype: DType;
  abstract readonly elements: number;
  /** The device's side of it. */
  abstract readonly slot: Place;

  /** Memory for `elements` elements, of undefined contents. */
  static of(device: Device, dtype: DType, elements: number): Memory {
    // Packed elements share a word with their neighbours.
    return elements === 1 && !isPacked(dtype) ? openPage(device, dtype).take() : new Block(device, dtype, elements);
  }

  /** Bytes on the device. */
  get bytes(): number {
    return byteLength(this.dtype, this.elements);
  }

  /** Whether {@linkcode Memory.release} was called. */
  abstract readonly released: boolean;

  /** Gives the memory back now, after everything enqueued before. Calling it twice does nothing. */
  abstract release(): void;
}

const collected = new FinalizationRegistry<{ device: Device; slot: BufferSlot }>(({ device, slot }) =>
  device.release(slot)
);

/** A buffer of its own. */
class Block extends Memory {
  readonly slot = new BufferSlot();

  constructor(readonly device: Device, readonly dtype: DType, readonly elements: number) {
    super();
    const { slot } = this;
    device.enqueue((backend) => {
      slot.buffer = backend.allocate(dtype, elements);
    });
    collected.register(this, { device, slot }, slot);
  }

  get released(): boolean {
    return this.slot.released;
  }

  release(): void {
    collected.unregister(this.slot);
    this.device.release(this.slot);
  }
}

/** Elements of a page: as many as fill the least block that devices hand out. */
const PAGE = 64;

/** A buffer that single elements share. */
class Page {
  readonly block: Block;
  /** An element as a buffer; there once the device is open. */
  element: ((at: number) => DeviceBuffer) | undefined;
  #taken = 0;
  #live = 0;

  constructor(device: Device, dtype: DType) {
    const { slot } = this.block = new Block(device, dtype, PAGE);
    device.enqueue((backend) => {
      this.element = (at) => backend.element(slot.buffer!, at);
    });
  }

  get isFull(): boolean {
    return this.#taken === PAGE;
  }

  take(): Element {
    this.#live++;
    return new Element(this, this.#taken++);
  }

  /** Elements that nobody gives back go with the page, when the collector finds it. */
  giveBack(): void {
    if (--this.#live === 0 && this.isFull) this.block.release();
  }
}

/** One element of a page. There may be very many: it is its own slot, and says the rest only when asked. */
class Element extends Memory implements Place {
  released = false;
  failure: OperationError | undefined = undefined;
  readonly #page: Page;
  readonly #at: number;

  constructor(page: Page, at: number) {
    super();
    this.#page = page;
    this.#at = at;
  }

  get device(): Device {
    return this.#page.block.device;
  }

  get dtype(): DType {
    return this.#page.block.dtype;
  }

  get elements(): number {
    return 1;
  }

  get slot(): Place {
    return this;
  }

  get buffer(): DeviceBuffer | undefined {
    return this.#page.element?.(this.#at);
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    this.#page.giveBack();
  }
}

const pages = new WeakMap<Device, Map<DType, Page>>();

/** The page that the next element is taken from. */
function openPage(device: Device, dtype: DType): Page {
  let open = pages.get(device);
  if (!open) pages.set(device, open = new Map());
  let page = open.get(dtype);
  if (!page || page.isFull) open.set(dtype, page = new Page(device, dtype));
  return page;
}
