/** No thread draws garments ahead in a bundle: they are drawn when they are asked for, in memory that nobody shares. */
export const allocateShared = (bytes: number): ArrayBufferLike => new ArrayBuffer(bytes);

export class Background {
  drawing(): void {}

  stop(): void {}
}
