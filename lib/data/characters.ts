/** Text as a data set of characters. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { type Device, deviceOr } from "../device/device.ts";
import { checkText, found, isListLike, wrongKind } from "../device/expect.ts";
import { arange, tensor } from "../tensor/create.ts";
import { whole } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Batch, ResidentDataset } from "./dataset.ts";

/**
 * The characters of a text, numbered in the order of their code points.
 *
 * @example
 * ```ts
 * import { data } from "./mod.ts";
 * const letters = new data.Vocabulary("banana");
 * console.log(letters.characters, [...letters.encode("ban")]); // [ "a", "b", "n" ] [ 1, 0, 2 ]
 * console.log(letters.decode([2, 0, 0])); // naa
 * ```
 */
export class Vocabulary {
  /** Each character once. One outside the basic plane, such as an emoji, is one character. */
  readonly characters: readonly string[];
  readonly #codes: ReadonlyMap<string, number>;

  /** Collects the characters of a text. */
  constructor(text: string) {
    checkText("Vocabulary", "text", text);
    this.characters = [...new Set(text)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
    this.#codes = new Map(this.characters.map((character, code) => [character, code]));
  }

  /** How many characters there are. */
  get size(): number {
    return this.characters.length;
  }

  /** The numbers of a text's characters. @throws {RangeError} for a character that the vocabulary lacks */
  encode(text: string): Int32Array {
    checkText("encode", "text", text);
    return Int32Array.from([...text], (character) => {
      const code = this.#codes.get(character);
      if (code === undefined) {
        throw new RangeError(
          `Cannot encode ${JSON.stringify(character)}: the vocabulary has ${this.size} characters, and not this one`,
        );
      }
      return code;
    });
  }

  /** The text of numbers. @throws {RangeError} for a number that is no character's */
  decode(codes: ArrayLike<number>): string {
    if (!isListLike(codes)) throw wrongKind("decode", "codes", "an array of whole numbers", codes);
    return Array.from(codes, (code) => {
      const character = this.characters[code];
      if (character === undefined) {
        throw new RangeError(`Cannot decode ${found(code)}: codes are whole numbers from 0 to ${this.size - 1}`);
      }
      return character;
    }).join("");
  }
}

/** Options of {@linkcode CharacterDataset}. */
export interface CharacterOptions {
  /** Characters in an item. Default: 64. */
  length?: number;
  /** Characters from one item's start to the next one's. Default: 1, every place of the text. */
  stride?: number;
  /** Which characters there are. Default: those of the text. */
  vocabulary?: Vocabulary;
  /** Where the text lives. Default: the default device. */
  device?: Device;
}

const OPTIONS = optionNames<CharacterOptions>({ length: 1, stride: 1, vocabulary: 1, device: 1 });

/**
 * Pieces of a text, for models that say which character comes next: a batch is two int32 [b, length], the characters of each piece and those
 * that follow them. The text is sent to the device once.
 *
 * @example
 * ```ts
 * import { data } from "./mod.ts";
 * const set = new data.CharacterDataset("hello world", { length: 4 });
 * const [x, y] = await new data.DataLoader(set, { batchSize: 2 }).first();
 * const read = (codes: number[]) => set.vocabulary.decode(codes);
 * console.log((await x!.array() as number[][]).map(read)); // [ "hell", "ello" ]
 * console.log((await y!.array() as number[][]).map(read)); // [ "ello", "llo " ]
 * ```
 */
export class CharacterDataset extends ResidentDataset {
  /** Which characters there are. */
  readonly vocabulary: Vocabulary;
  /** How many pieces there are. */
  readonly length: number;
  readonly #size: number;
  readonly #stride: number;
  #codes: Tensor;

  /** Throws a RangeError if the text is too short for one piece and the character behind it. */
  constructor(text: string, options: CharacterOptions = {}) {
    super();
    checkOptions("CharacterDataset", options, OPTIONS);
    checkText("CharacterDataset", "text", text);
    const { length: size = 64, stride = 1, vocabulary = new Vocabulary(text), device } = options;
    whole("cut a text", "length", size, 1);
    whole("cut a text", "stride", stride, 1);
    if (!(vocabulary instanceof Vocabulary)) {
      throw wrongKind("CharacterDataset", "vocabulary", "a data.Vocabulary", vocabulary);
    }
    const codes = vocabulary.encode(text);
    if (codes.length <= size) {
      throw new RangeError(
        `Cannot cut a text of ${codes.length} characters into pieces of ${size}: each needs one character more, which follows it`,
      );
    }
    this.vocabulary = vocabulary;
    this.#size = size;
    this.#stride = stride;
    this.length = Math.floor((codes.length - 1 - size) / stride) + 1;
    this.#codes = tensor(codes, { dtype: "int32", device: deviceOr(device) }).keep();
  }

  /** Where the text lives. */
  get device(): Device {
    return this.#codes.device;
  }

  /** Records the pieces that `index` (int32 [b]) names, and what follows each of their characters. */
  gather(index: Tensor): Batch {
    const size = this.#size, count = index.shape[0]!;
    const places = index.mul(this.#stride).unsqueeze(1).add(
      arange(0, size, 1, { dtype: "int32", device: this.device }),
    );
    const at = (shift: number) => this.#codes.indexSelect(0, places.add(shift).view(-1)).view(count, size);
    return [at(0), at(1)];
  }

  /** Moves the text to another device. */
  async to(device: Device): Promise<void> {
    await this.#codes.toDevice_(device);
  }
}
