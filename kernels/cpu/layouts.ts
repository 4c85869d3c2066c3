// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** Commands and rows of tables as the kernels read them. Made by `deno task kernels` of lib/device/cpu: do not edit. */
import { address, program, scalar, table, word } from "./command";

// @ts-ignore: decorator
@unmanaged
export class SweepCommand {
  /** Source images, NHWC. */
  // @ts-ignore: decorator
  @inline
  get image(): usize {
    return address(changetype<usize>(this), 4);
  }

  /** Images. */
  // @ts-ignore: decorator
  @inline
  get images(): i32 {
    return word(changetype<usize>(this), 7);
  }

  /** Images a chunk. */
  // @ts-ignore: decorator
  @inline
  get group(): i32 {
    return word(changetype<usize>(this), 8);
  }

  /** Bands of output rows an image. */
  // @ts-ignore: decorator
  @inline
  get bands(): i32 {
    return word(changetype<usize>(this), 9);
  }

  /** Of the source. */
  // @ts-ignore: decorator
  @inline
  get height(): i32 {
    return word(changetype<usize>(this), 10);
  }

  /** Of the source. */
  // @ts-ignore: decorator
  @inline
  get width(): i32 {
    return word(changetype<usize>(this), 11);
  }

  /** Channels of the source. */
  // @ts-ignore: decorator
  @inline
  get depth(): i32 {
    return word(changetype<usize>(this), 12);
  }

  /** Whether a chunk is first copied with zeros around it. */
  // @ts-ignore: decorator
  @inline
  get bordered(): bool {
    return word(changetype<usize>(this), 13) != 0;
  }

  /** Rows of a bordered image, or band. */
  // @ts-ignore: decorator
  @inline
  get borderedRows(): i32 {
    return word(changetype<usize>(this), 14);
  }

  /** Its columns. */
  // @ts-ignore: decorator
  @inline
  get borderedColumns(): i32 {
    return word(changetype<usize>(this), 15);
  }

  /** Border above. */
  // @ts-ignore: decorator
  @inline
  get above(): i32 {
    return word(changetype<usize>(this), 16);
  }

  /** Border to the left; negative: columns cut off. */
  // @ts-ignore: decorator
  @inline
  get left(): i32 {
    return word(changetype<usize>(this), 17);
  }

  /** Source rows that a band moves on. */
  // @ts-ignore: decorator
  @inline
  get sourceRows(): i32 {
    return word(changetype<usize>(this), 18);
  }

  /** Output, or its gradient. */
  // @ts-ignore: decorator
  @inline
  get pixels(): usize {
    return address(changetype<usize>(this), 19);
  }

  /** Elements of it an image. */
  // @ts-ignore: decorator
  @inline
  get imageStep(): i32 {
    return word(changetype<usize>(this), 22);
  }

  /** Elements of it a band. */
  // @ts-ignore: decorator
  @inline
  get bandStep(): i32 {
    return word(changetype<usize>(this), 23);
  }

  /** Of it. */
  // @ts-ignore: decorator
  @inline
  get channels(): i32 {
    return word(changetype<usize>(this), 24);
  }

  /** Scratch value. */
  // @ts-ignore: decorator
  @inline
  get scratch(): usize {
    return address(changetype<usize>(this), 25);
  }

  /** Bytes between two source rows. */
  // @ts-ignore: decorator
  @inline
  get rowBytes(): i32 {
    return word(changetype<usize>(this), 28);
  }

  /** Phases. */
  // @ts-ignore: decorator
  @inline
  get phases(): i32 {
    return word(changetype<usize>(this), 29);
  }

  /** Rows of phases. */
  // @ts-ignore: decorator
  @inline
  get phaseList(): usize {
    return table(changetype<usize>(this), 30);
  }
}

// @ts-ignore: decorator
@unmanaged
export class Phase {
  /** Kernel rows. */
  // @ts-ignore: decorator
  @inline
  get runs(): i32 {
    return load<i32>(changetype<usize>(this), 0);
  }

  /** Elements of a kernel row's patch. */
  // @ts-ignore: decorator
  @inline
  get length(): i32 {
    return load<i32>(changetype<usize>(this), 4);
  }

  /** Bytes to the packed weights in the scratch value. */
  // @ts-ignore: decorator
  @inline
  get weights(): i32 {
    return load<i32>(changetype<usize>(this), 8);
  }

  /** Of a panel of weights, or (weight gradient) of the accumulators. */
  // @ts-ignore: decorator
  @inline
  get firstRow(): i32 {
    return load<i32>(changetype<usize>(this), 12);
  }

  /** Bytes to each pixel's patch, images outermost. */
  // @ts-ignore: decorator
  @inline
  get patches(): usize {
    return program + <usize> load<i32>(changetype<usize>(this), 16);
  }

  /** Bytes to each pixel's results, or gradients. */
  // @ts-ignore: decorator
  @inline
  get results(): usize {
    return program + <usize> load<i32>(changetype<usize>(this), 20);
  }

  /** Output rows a band. */
  // @ts-ignore: decorator
  @inline
  get bandRows(): i32 {
    return load<i32>(changetype<usize>(this), 24);
  }

  /** Output rows an image. */
  // @ts-ignore: decorator
  @inline
  get rows(): i32 {
    return load<i32>(changetype<usize>(this), 28);
  }

  /** Output columns. */
  // @ts-ignore: decorator
  @inline
  get columns(): i32 {
    return load<i32>(changetype<usize>(this), 32);
  }

  /** Bytes to all patches. */
  // @ts-ignore: decorator
  @inline
  get offset(): i32 {
    return load<i32>(changetype<usize>(this), 36);
  }

  /** Weight rows skipped after a run, or (weight gradient) accumulator rows from one run to the next. */
  // @ts-ignore: decorator
  @inline
  get rowsBetween(): i32 {
    return load<i32>(changetype<usize>(this), 40);
  }

  /** Weight rows of a panel. */
  // @ts-ignore: decorator
  @inline
  get allRows(): i32 {
    return load<i32>(changetype<usize>(this), 44);
  }

  /** The row after this one. */
  // @ts-ignore: decorator
  @inline
  get next(): Phase {
    return changetype<Phase>(changetype<usize>(this) + 48);
  }
}

// @ts-ignore: decorator
@unmanaged
export class Slot {
  /** Number. */
  // @ts-ignore: decorator
  @inline
  get register(): i32 {
    return load<i32>(changetype<usize>(this), 0);
  }

  /** Bytes to the block. */
  // @ts-ignore: decorator
  @inline
  get scratch(): i32 {
    return load<i32>(changetype<usize>(this), 4);
  }

  /** The row after this one. */
  // @ts-ignore: decorator
  @inline
  get next(): Slot {
    return changetype<Slot>(changetype<usize>(this) + 8);
  }
}

// @ts-ignore: decorator
@unmanaged
export class Direct {
  /** Number. */
  // @ts-ignore: decorator
  @inline
  get register(): i32 {
    return load<i32>(changetype<usize>(this), 0);
  }

  /** Dense. */
  // @ts-ignore: decorator
  @inline
  get from(): usize {
    return address(changetype<usize>(this), 1);
  }

  /** The row after this one. */
  // @ts-ignore: decorator
  @inline
  get next(): Direct {
    return changetype<Direct>(changetype<usize>(this) + 16);
  }
}

// @ts-ignore: decorator
@unmanaged
export class Pattern {
  /** Number. */
  // @ts-ignore: decorator
  @inline
  get register(): i32 {
    return load<i32>(changetype<usize>(this), 0);
  }

  /** Bytes to the block. */
  // @ts-ignore: decorator
  @inline
  get scratch(): i32 {
    return load<i32>(changetype<usize>(this), 4);
  }

  /** Strided. */
  // @ts-ignore: decorator
  @inline
  get from(): usize {
    return address(changetype<usize>(this), 2);
  }

  /** Of the operand. */
  // @ts-ignore: decorator
  @inline
  get strides(): usize {
    return program + <usize> load<i32>(changetype<usize>(this), 20);
  }

  /** Elements after which it repeats. */
  // @ts-ignore: decorator
  @inline
  get period(): i32 {
    return load<i32>(changetype<usize>(this), 24);
  }

  /** The row after this one. */
  // @ts-ignore: decorator
  @inline
  get next(): Pattern {
    return changetype<Pattern>(changetype<usize>(this) + 28);
  }
}

// @ts-ignore: decorator
@unmanaged
export class Strided {
  /** Number. */
  // @ts-ignore: decorator
  @inline
  get register(): i32 {
    return load<i32>(changetype<usize>(this), 0);
  }

  /** Bytes to the block. */
  // @ts-ignore: decorator
  @inline
  get scratch(): i32 {
    return load<i32>(changetype<usize>(this), 4);
  }

  /** Strided. */
  // @ts-ignore: decorator
  @inline
  get from(): usize {
    return address(changetype<usize>(this), 2);
  }

  /** Of the operand. */
  // @ts-ignore: decorator
  @inline
  get strides(): usize {
    return program + <usize> load<i32>(changetype<usize>(this), 20);
  }

  /** The row after this one. */
  // @ts-ignore: decorator
  @inline
  get next(): Strided {
    return changetype<Strided>(changetype<usize>(this) + 24);
  }
}

// @ts-ignore: decorator
@unmanaged
export class Fill {
  /** Number. */
  // @ts-ignore: decorator
  @inline
  get register(): i32 {
    return load<i32>(changetype<usize>(this), 0);
  }

  /** Bytes to the block. */
  // @ts-ignore: decorator
  @inline
  get scratch(): i32 {
    return load<i32>(changetype<usize>(this), 4);
  }

  /** 0 one element of an operand, 1 a scalar as float, 2 as int, 3 as bool. */
  // @ts-ignore: decorator
  @inline
  get kind(): i32 {
    return load<i32>(changetype<usize>(this), 8);
  }

  /** The operand; of a scalar, its slot. */
  // @ts-ignore: decorator
  @inline
  get from(): usize {
    return address(changetype<usize>(this), 3);
  }

  /** The first word of from. */
  // @ts-ignore: decorator
  @inline
  get slot(): i32 {
    return load<i32>(changetype<usize>(this), 12);
  }

  /** The row after this one. */
  // @ts-ignore: decorator
  @inline
  get next(): Fill {
    return changetype<Fill>(changetype<usize>(this) + 24);
  }
}

// @ts-ignore: decorator
@unmanaged
export class Instruction {
  /** Number in the function table. */
  // @ts-ignore: decorator
  @inline
  get code(): i32 {
    return load<i32>(changetype<usize>(this), 0);
  }

  /** Register. */
  // @ts-ignore: decorator
  @inline
  get out(): i32 {
    return load<i32>(changetype<usize>(this), 4);
  }

  /** Register. */
  // @ts-ignore: decorator
  @inline
  get a(): i32 {
    return load<i32>(changetype<usize>(this), 8);
  }

  /** Register. */
  // @ts-ignore: decorator
  @inline
  get b(): i32 {
    return load<i32>(changetype<usize>(this), 12);
  }

  /** Register. */
  // @ts-ignore: decorator
  @inline
  get c(): i32 {
    return load<i32>(changetype<usize>(this), 16);
  }

  /** The row after this one. */
  // @ts-ignore: decorator
  @inline
  get next(): Instruction {
    return changetype<Instruction>(changetype<usize>(this) + 20);
  }
}

// @ts-ignore: decorator
@unmanaged
export class Store {
  /** Number. */
  // @ts-ignore: decorator
  @inline
  get register(): i32 {
    return load<i32>(changetype<usize>(this), 0);
  }

  /** Of any strides. */
  // @ts-ignore: decorator
  @inline
  get to(): usize {
    return address(changetype<usize>(this), 1);
  }

  /** Where the table of strides is; −1 for dense. */
  // @ts-ignore: decorator
  @inline
  get strides(): i32 {
    return load<i32>(changetype<usize>(this), 16);
  }

  /** The row after this one. */
  // @ts-ignore: decorator
  @inline
  get next(): Store {
    return changetype<Store>(changetype<usize>(this) + 20);
  }
}

// @ts-ignore: decorator
@unmanaged
export class PointwiseCommand {
  /** Elements. */
  // @ts-ignore: decorator
  @inline
  get total(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Elements a chunk. */
  // @ts-ignore: decorator
  @inline
  get size(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** Rows of the lists, by kind. */
  // @ts-ignore: decorator
  @inline
  get directs(): i32 {
    return word(changetype<usize>(this), 6);
  }

  /** Rows. */
  // @ts-ignore: decorator
  @inline
  get patterns(): i32 {
    return word(changetype<usize>(this), 7);
  }

  /** Rows. */
  // @ts-ignore: decorator
  @inline
  get gathers(): i32 {
    return word(changetype<usize>(this), 8);
  }

  /** Rows. */
  // @ts-ignore: decorator
  @inline
  get instructions(): i32 {
    return word(changetype<usize>(this), 9);
  }

  /** Rows. */
  // @ts-ignore: decorator
  @inline
  get stores(): i32 {
    return word(changetype<usize>(this), 10);
  }

  /** Rows. */
  // @ts-ignore: decorator
  @inline
  get fills(): i32 {
    return word(changetype<usize>(this), 11);
  }

  /** Axes of the step. */
  // @ts-ignore: decorator
  @inline
  get rank(): i32 {
    return word(changetype<usize>(this), 12);
  }

  /** Of the step. */
  // @ts-ignore: decorator
  @inline
  get shape(): usize {
    return table(changetype<usize>(this), 13);
  }

  /** Slots, directs, patterns, gathers, fills, instructions and stores, one after the other. */
  // @ts-ignore: decorator
  @inline
  get lists(): usize {
    return table(changetype<usize>(this), 14);
  }

  /** Rows. */
  // @ts-ignore: decorator
  @inline
  get slots(): i32 {
    return word(changetype<usize>(this), 15);
  }
}

// @ts-ignore: decorator
@unmanaged
export class ReduceRowsCommand {
  /** What is reduced: see kernels/cpu/reductions.ts. */
  // @ts-ignore: decorator
  @inline
  get kind(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Float32, int32 or bool. */
  // @ts-ignore: decorator
  @inline
  get input(): usize {
    return address(changetype<usize>(this), 5);
  }

  /** Results; a value of −1, and the bytes to them in the scratch value, for partial results. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 8);
  }

  /** The first word of output. */
  // @ts-ignore: decorator
  @inline
  get outputValue(): i32 {
    return word(changetype<usize>(this), 8);
  }

  /** Kept axes, without columns. */
  // @ts-ignore: decorator
  @inline
  get keptRank(): i32 {
    return word(changetype<usize>(this), 11);
  }

  /** Of the kept axes. */
  // @ts-ignore: decorator
  @inline
  get keptSizes(): usize {
    return table(changetype<usize>(this), 12);
  }

  /** Strides of the kept axes in the input. */
  // @ts-ignore: decorator
  @inline
  get keptInput(): usize {
    return table(changetype<usize>(this), 13);
  }

  /** Strides of the kept axes in the output. */
  // @ts-ignore: decorator
  @inline
  get keptOutput(): usize {
    return table(changetype<usize>(this), 14);
  }

  /** Reduced axes. */
  // @ts-ignore: decorator
  @inline
  get rank(): i32 {
    return word(changetype<usize>(this), 15);
  }

  /** Of the reduced axes. */
  // @ts-ignore: decorator
  @inline
  get sizes(): usize {
    return table(changetype<usize>(this), 16);
  }

  /** Of the reduced axes. */
  // @ts-ignore: decorator
  @inline
  get strides(): usize {
    return table(changetype<usize>(this), 17);
  }

  /** Kept elements, without columns. */
  // @ts-ignore: decorator
  @inline
  get count(): i32 {
    return word(changetype<usize>(this), 18);
  }

  /** Of them a chunk. */
  // @ts-ignore: decorator
  @inline
  get keptAChunk(): i32 {
    return word(changetype<usize>(this), 19);
  }

  /** Of the outermost reduced axis. */
  // @ts-ignore: decorator
  @inline
  get parts(): i32 {
    return word(changetype<usize>(this), 20);
  }

  /** Of its places a part. */
  // @ts-ignore: decorator
  @inline
  get outerAPart(): i32 {
    return word(changetype<usize>(this), 21);
  }

  /** Outputs side by side. */
  // @ts-ignore: decorator
  @inline
  get columns(): i32 {
    return word(changetype<usize>(this), 22);
  }

  /** Elements between two of them in the output. */
  // @ts-ignore: decorator
  @inline
  get columnStride(): i32 {
    return word(changetype<usize>(this), 23);
  }

  /** Scratch value. */
  // @ts-ignore: decorator
  @inline
  get scratch(): usize {
    return address(changetype<usize>(this), 24);
  }
}

// @ts-ignore: decorator
@unmanaged
export class ReduceColumnsCommand {
  /** What is reduced: see kernels/cpu/reductions.ts. */
  // @ts-ignore: decorator
  @inline
  get kind(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Float32, int32 or bool. */
  // @ts-ignore: decorator
  @inline
  get input(): usize {
    return address(changetype<usize>(this), 5);
  }

  /** Results; a value of −1, and the bytes to them in the scratch value, for partial results. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 8);
  }

  /** The first word of output. */
  // @ts-ignore: decorator
  @inline
  get outputValue(): i32 {
    return word(changetype<usize>(this), 8);
  }

  /** Kept axes, without columns. */
  // @ts-ignore: decorator
  @inline
  get keptRank(): i32 {
    return word(changetype<usize>(this), 11);
  }

  /** Of the kept axes. */
  // @ts-ignore: decorator
  @inline
  get keptSizes(): usize {
    return table(changetype<usize>(this), 12);
  }

  /** Strides of the kept axes in the input. */
  // @ts-ignore: decorator
  @inline
  get keptInput(): usize {
    return table(changetype<usize>(this), 13);
  }

  /** Strides of the kept axes in the output. */
  // @ts-ignore: decorator
  @inline
  get keptOutput(): usize {
    return table(changetype<usize>(this), 14);
  }

  /** Reduced axes. */
  // @ts-ignore: decorator
  @inline
  get rank(): i32 {
    return word(changetype<usize>(this), 15);
  }

  /** Of the reduced axes. */
  // @ts-ignore: decorator
  @inline
  get sizes(): usize {
    return table(changetype<usize>(this), 16);
  }

  /** Of the reduced axes. */
  // @ts-ignore: decorator
  @inline
  get strides(): usize {
    return table(changetype<usize>(this), 17);
  }

  /** Kept elements, without columns. */
  // @ts-ignore: decorator
  @inline
  get count(): i32 {
    return word(changetype<usize>(this), 18);
  }

  /** Of them a chunk. */
  // @ts-ignore: decorator
  @inline
  get keptAChunk(): i32 {
    return word(changetype<usize>(this), 19);
  }

  /** Of the outermost reduced axis. */
  // @ts-ignore: decorator
  @inline
  get parts(): i32 {
    return word(changetype<usize>(this), 20);
  }

  /** Of its places a part. */
  // @ts-ignore: decorator
  @inline
  get outerAPart(): i32 {
    return word(changetype<usize>(this), 21);
  }

  /** Outputs side by side. */
  // @ts-ignore: decorator
  @inline
  get columns(): i32 {
    return word(changetype<usize>(this), 22);
  }

  /** Elements between two of them in the output. */
  // @ts-ignore: decorator
  @inline
  get columnStride(): i32 {
    return word(changetype<usize>(this), 23);
  }

  /** Scratch value. */
  // @ts-ignore: decorator
  @inline
  get scratch(): usize {
    return address(changetype<usize>(this), 24);
  }
}

// @ts-ignore: decorator
@unmanaged
export class ReducePartsCommand {
  /** What is reduced. */
  // @ts-ignore: decorator
  @inline
  get kind(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Results. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 5);
  }

  /** Bytes to the partial results in the scratch value. */
  // @ts-ignore: decorator
  @inline
  get partials(): i32 {
    return word(changetype<usize>(this), 8);
  }

  /** Results. */
  // @ts-ignore: decorator
  @inline
  get count(): i32 {
    return word(changetype<usize>(this), 9);
  }

  /** Of each. */
  // @ts-ignore: decorator
  @inline
  get parts(): i32 {
    return word(changetype<usize>(this), 10);
  }

  /** Axes of the results. */
  // @ts-ignore: decorator
  @inline
  get keptRank(): i32 {
    return word(changetype<usize>(this), 11);
  }

  /** Of these axes. */
  // @ts-ignore: decorator
  @inline
  get keptSizes(): usize {
    return table(changetype<usize>(this), 12);
  }

  /** Their strides. */
  // @ts-ignore: decorator
  @inline
  get keptOutput(): usize {
    return table(changetype<usize>(this), 13);
  }

  /** Nothing. */
  // @ts-ignore: decorator
  @inline
  get unread0(): i32 {
    return word(changetype<usize>(this), 14);
  }

  /** Nothing. */
  // @ts-ignore: decorator
  @inline
  get unread1(): i32 {
    return word(changetype<usize>(this), 15);
  }

  /** Nothing. */
  // @ts-ignore: decorator
  @inline
  get unread2(): i32 {
    return word(changetype<usize>(this), 16);
  }

  /** Nothing. */
  // @ts-ignore: decorator
  @inline
  get unread3(): i32 {
    return word(changetype<usize>(this), 17);
  }

  /** Nothing. */
  // @ts-ignore: decorator
  @inline
  get unread4(): i32 {
    return word(changetype<usize>(this), 18);
  }

  /** Nothing. */
  // @ts-ignore: decorator
  @inline
  get unread5(): i32 {
    return word(changetype<usize>(this), 19);
  }

  /** Nothing. */
  // @ts-ignore: decorator
  @inline
  get unread6(): i32 {
    return word(changetype<usize>(this), 20);
  }

  /** Nothing. */
  // @ts-ignore: decorator
  @inline
  get unread7(): i32 {
    return word(changetype<usize>(this), 21);
  }

  /** Nothing. */
  // @ts-ignore: decorator
  @inline
  get unread8(): i32 {
    return word(changetype<usize>(this), 22);
  }

  /** Nothing. */
  // @ts-ignore: decorator
  @inline
  get unread9(): i32 {
    return word(changetype<usize>(this), 23);
  }

  /** Scratch value. */
  // @ts-ignore: decorator
  @inline
  get scratch(): usize {
    return address(changetype<usize>(this), 24);
  }
}

// @ts-ignore: decorator
@unmanaged
export class PackPanelsCommand {
  /** Columns. */
  // @ts-ignore: decorator
  @inline
  get columns(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Taps. */
  // @ts-ignore: decorator
  @inline
  get taps(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** Rows a tap. */
  // @ts-ignore: decorator
  @inline
  get length(): i32 {
    return word(changetype<usize>(this), 6);
  }

  /** The matrix. */
  // @ts-ignore: decorator
  @inline
  get source(): usize {
    return address(changetype<usize>(this), 7);
  }

  /** Of the taps, in elements. */
  // @ts-ignore: decorator
  @inline
  get offsets(): usize {
    return table(changetype<usize>(this), 10);
  }

  /** Elements between two rows of a tap. */
  // @ts-ignore: decorator
  @inline
  get inner(): i32 {
    return word(changetype<usize>(this), 11);
  }

  /** Elements between two columns. */
  // @ts-ignore: decorator
  @inline
  get across(): i32 {
    return word(changetype<usize>(this), 12);
  }

  /** Scratch value. */
  // @ts-ignore: decorator
  @inline
  get scratch(): usize {
    return address(changetype<usize>(this), 13);
  }

  /** Bytes to the panels in it. */
  // @ts-ignore: decorator
  @inline
  get at(): i32 {
    return word(changetype<usize>(this), 16);
  }

  /** Panels a chunk. */
  // @ts-ignore: decorator
  @inline
  get group(): i32 {
    return word(changetype<usize>(this), 17);
  }

  /** Panels. */
  // @ts-ignore: decorator
  @inline
  get panels(): i32 {
    return word(changetype<usize>(this), 18);
  }

  /** Elements between two matrices. */
  // @ts-ignore: decorator
  @inline
  get batchStride(): i32 {
    return word(changetype<usize>(this), 19);
  }

  /** Bytes between the panels of two matrices. */
  // @ts-ignore: decorator
  @inline
  get batchBytes(): i32 {
    return word(changetype<usize>(this), 20);
  }

  /** Taps of a kernel that lie next to each other (or 0): row (tap, i) of a column then lies at i · taps + tap. */
  // @ts-ignore: decorator
  @inline
  get whole(): i32 {
    return word(changetype<usize>(this), 21);
  }
}

// @ts-ignore: decorator
@unmanaged
export class PackRowsCommand {
  /** A matrix. */
  // @ts-ignore: decorator
  @inline
  get rows(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Columns. */
  // @ts-ignore: decorator
  @inline
  get k(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** Rows a chunk. */
  // @ts-ignore: decorator
  @inline
  get size(): i32 {
    return word(changetype<usize>(this), 6);
  }

  /** The matrix. */
  // @ts-ignore: decorator
  @inline
  get source(): usize {
    return address(changetype<usize>(this), 7);
  }

  /** Elements between two matrices. */
  // @ts-ignore: decorator
  @inline
  get batchStride(): i32 {
    return word(changetype<usize>(this), 10);
  }

  /** Elements between two rows. */
  // @ts-ignore: decorator
  @inline
  get rowStride(): i32 {
    return word(changetype<usize>(this), 11);
  }

  /** Elements between two columns. */
  // @ts-ignore: decorator
  @inline
  get columnStride(): i32 {
    return word(changetype<usize>(this), 12);
  }

  /** Scratch value. */
  // @ts-ignore: decorator
  @inline
  get scratch(): usize {
    return address(changetype<usize>(this), 13);
  }

  /** Bytes to the rows in it. */
  // @ts-ignore: decorator
  @inline
  get at(): i32 {
    return word(changetype<usize>(this), 16);
  }

  /** Matrices. */
  // @ts-ignore: decorator
  @inline
  get batch(): i32 {
    return word(changetype<usize>(this), 17);
  }
}

// @ts-ignore: decorator
@unmanaged
export class MatmulRowsCommand {
  /** Rows. */
  // @ts-ignore: decorator
  @inline
  get m(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Columns. */
  // @ts-ignore: decorator
  @inline
  get n(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** Depth. */
  // @ts-ignore: decorator
  @inline
  get k(): i32 {
    return word(changetype<usize>(this), 6);
  }

  /** Rows dense along k, or (columns) dense along m. */
  // @ts-ignore: decorator
  @inline
  get a(): usize {
    return address(changetype<usize>(this), 7);
  }

  /** Elements between two matrices of a. */
  // @ts-ignore: decorator
  @inline
  get aBatch(): i32 {
    return word(changetype<usize>(this), 10);
  }

  /** Elements between two rows of a, or (columns) two columns. */
  // @ts-ignore: decorator
  @inline
  get aStride(): i32 {
    return word(changetype<usize>(this), 11);
  }

  /** Packed in panels, or rows that are dense. */
  // @ts-ignore: decorator
  @inline
  get b(): usize {
    return address(changetype<usize>(this), 12);
  }

  /** Bytes to b. */
  // @ts-ignore: decorator
  @inline
  get bAt(): i32 {
    return word(changetype<usize>(this), 15);
  }

  /** Bytes between two matrices of b. */
  // @ts-ignore: decorator
  @inline
  get bBatch(): i32 {
    return word(changetype<usize>(this), 16);
  }

  /** Bytes between two rows of b. */
  // @ts-ignore: decorator
  @inline
  get bStride(): i32 {
    return word(changetype<usize>(this), 17);
  }

  /** Bytes between two panels of b. */
  // @ts-ignore: decorator
  @inline
  get between(): i32 {
    return word(changetype<usize>(this), 18);
  }

  /** Dense. */
  // @ts-ignore: decorator
  @inline
  get out(): usize {
    return address(changetype<usize>(this), 19);
  }

  /** A chunk. */
  // @ts-ignore: decorator
  @inline
  get rows(): i32 {
    return word(changetype<usize>(this), 22);
  }

  /** Chunks of rows. */
  // @ts-ignore: decorator
  @inline
  get rowChunks(): i32 {
    return word(changetype<usize>(this), 23);
  }

  /** A chunk. */
  // @ts-ignore: decorator
  @inline
  get panels(): i32 {
    return word(changetype<usize>(this), 24);
  }

  /** Chunks of panels. */
  // @ts-ignore: decorator
  @inline
  get panelChunks(): i32 {
    return word(changetype<usize>(this), 25);
  }
}

// @ts-ignore: decorator
@unmanaged
export class MatmulColumnsCommand {
  /** Rows. */
  // @ts-ignore: decorator
  @inline
  get m(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Columns. */
  // @ts-ignore: decorator
  @inline
  get n(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** Depth. */
  // @ts-ignore: decorator
  @inline
  get k(): i32 {
    return word(changetype<usize>(this), 6);
  }

  /** Rows dense along k, or (columns) dense along m. */
  // @ts-ignore: decorator
  @inline
  get a(): usize {
    return address(changetype<usize>(this), 7);
  }

  /** Elements between two matrices of a. */
  // @ts-ignore: decorator
  @inline
  get aBatch(): i32 {
    return word(changetype<usize>(this), 10);
  }

  /** Elements between two rows of a, or (columns) two columns. */
  // @ts-ignore: decorator
  @inline
  get aStride(): i32 {
    return word(changetype<usize>(this), 11);
  }

  /** Packed in panels, or rows that are dense. */
  // @ts-ignore: decorator
  @inline
  get b(): usize {
    return address(changetype<usize>(this), 12);
  }

  /** Bytes to b. */
  // @ts-ignore: decorator
  @inline
  get bAt(): i32 {
    return word(changetype<usize>(this), 15);
  }

  /** Bytes between two matrices of b. */
  // @ts-ignore: decorator
  @inline
  get bBatch(): i32 {
    return word(changetype<usize>(this), 16);
  }

  /** Bytes between two rows of b. */
  // @ts-ignore: decorator
  @inline
  get bStride(): i32 {
    return word(changetype<usize>(this), 17);
  }

  /** Bytes between two panels of b. */
  // @ts-ignore: decorator
  @inline
  get between(): i32 {
    return word(changetype<usize>(this), 18);
  }

  /** Dense. */
  // @ts-ignore: decorator
  @inline
  get out(): usize {
    return address(changetype<usize>(this), 19);
  }

  /** A chunk. */
  // @ts-ignore: decorator
  @inline
  get rows(): i32 {
    return word(changetype<usize>(this), 22);
  }

  /** Chunks of rows. */
  // @ts-ignore: decorator
  @inline
  get rowChunks(): i32 {
    return word(changetype<usize>(this), 23);
  }

  /** A chunk. */
  // @ts-ignore: decorator
  @inline
  get panels(): i32 {
    return word(changetype<usize>(this), 24);
  }

  /** Chunks of panels. */
  // @ts-ignore: decorator
  @inline
  get panelChunks(): i32 {
    return word(changetype<usize>(this), 25);
  }
}

// @ts-ignore: decorator
@unmanaged
export class ConvolveCommand {
  /** Source images, NHWC. */
  // @ts-ignore: decorator
  @inline
  get image(): usize {
    return address(changetype<usize>(this), 4);
  }

  /** Images. */
  // @ts-ignore: decorator
  @inline
  get images(): i32 {
    return word(changetype<usize>(this), 7);
  }

  /** Images a chunk. */
  // @ts-ignore: decorator
  @inline
  get group(): i32 {
    return word(changetype<usize>(this), 8);
  }

  /** Bands of output rows an image. */
  // @ts-ignore: decorator
  @inline
  get bands(): i32 {
    return word(changetype<usize>(this), 9);
  }

  /** Of the source. */
  // @ts-ignore: decorator
  @inline
  get height(): i32 {
    return word(changetype<usize>(this), 10);
  }

  /** Of the source. */
  // @ts-ignore: decorator
  @inline
  get width(): i32 {
    return word(changetype<usize>(this), 11);
  }

  /** Channels of the source. */
  // @ts-ignore: decorator
  @inline
  get depth(): i32 {
    return word(changetype<usize>(this), 12);
  }

  /** Whether a chunk is first copied with zeros around it. */
  // @ts-ignore: decorator
  @inline
  get bordered(): bool {
    return word(changetype<usize>(this), 13) != 0;
  }

  /** Rows of a bordered image, or band. */
  // @ts-ignore: decorator
  @inline
  get borderedRows(): i32 {
    return word(changetype<usize>(this), 14);
  }

  /** Its columns. */
  // @ts-ignore: decorator
  @inline
  get borderedColumns(): i32 {
    return word(changetype<usize>(this), 15);
  }

  /** Border above. */
  // @ts-ignore: decorator
  @inline
  get above(): i32 {
    return word(changetype<usize>(this), 16);
  }

  /** Border to the left; negative: columns cut off. */
  // @ts-ignore: decorator
  @inline
  get left(): i32 {
    return word(changetype<usize>(this), 17);
  }

  /** Source rows that a band moves on. */
  // @ts-ignore: decorator
  @inline
  get sourceRows(): i32 {
    return word(changetype<usize>(this), 18);
  }

  /** Output, or its gradient. */
  // @ts-ignore: decorator
  @inline
  get pixels(): usize {
    return address(changetype<usize>(this), 19);
  }

  /** Elements of it an image. */
  // @ts-ignore: decorator
  @inline
  get imageStep(): i32 {
    return word(changetype<usize>(this), 22);
  }

  /** Elements of it a band. */
  // @ts-ignore: decorator
  @inline
  get bandStep(): i32 {
    return word(changetype<usize>(this), 23);
  }

  /** Of it. */
  // @ts-ignore: decorator
  @inline
  get channels(): i32 {
    return word(changetype<usize>(this), 24);
  }

  /** Scratch value. */
  // @ts-ignore: decorator
  @inline
  get scratch(): usize {
    return address(changetype<usize>(this), 25);
  }

  /** Bytes between two source rows. */
  // @ts-ignore: decorator
  @inline
  get rowBytes(): i32 {
    return word(changetype<usize>(this), 28);
  }

  /** Phases. */
  // @ts-ignore: decorator
  @inline
  get phases(): i32 {
    return word(changetype<usize>(this), 29);
  }

  /** Rows of phases. */
  // @ts-ignore: decorator
  @inline
  get phaseList(): usize {
    return table(changetype<usize>(this), 30);
  }
}

// @ts-ignore: decorator
@unmanaged
export class ConvolveWeightsCommand {
  /** Source images, NHWC. */
  // @ts-ignore: decorator
  @inline
  get image(): usize {
    return address(changetype<usize>(this), 4);
  }

  /** Images. */
  // @ts-ignore: decorator
  @inline
  get images(): i32 {
    return word(changetype<usize>(this), 7);
  }

  /** Images a chunk. */
  // @ts-ignore: decorator
  @inline
  get group(): i32 {
    return word(changetype<usize>(this), 8);
  }

  /** Bands of output rows an image. */
  // @ts-ignore: decorator
  @inline
  get bands(): i32 {
    return word(changetype<usize>(this), 9);
  }

  /** Of the source. */
  // @ts-ignore: decorator
  @inline
  get height(): i32 {
    return word(changetype<usize>(this), 10);
  }

  /** Of the source. */
  // @ts-ignore: decorator
  @inline
  get width(): i32 {
    return word(changetype<usize>(this), 11);
  }

  /** Channels of the source. */
  // @ts-ignore: decorator
  @inline
  get depth(): i32 {
    return word(changetype<usize>(this), 12);
  }

  /** Whether a chunk is first copied with zeros around it. */
  // @ts-ignore: decorator
  @inline
  get bordered(): bool {
    return word(changetype<usize>(this), 13) != 0;
  }

  /** Rows of a bordered image, or band. */
  // @ts-ignore: decorator
  @inline
  get borderedRows(): i32 {
    return word(changetype<usize>(this), 14);
  }

  /** Its columns. */
  // @ts-ignore: decorator
  @inline
  get borderedColumns(): i32 {
    return word(changetype<usize>(this), 15);
  }

  /** Border above. */
  // @ts-ignore: decorator
  @inline
  get above(): i32 {
    return word(changetype<usize>(this), 16);
  }

  /** Border to the left; negative: columns cut off. */
  // @ts-ignore: decorator
  @inline
  get left(): i32 {
    return word(changetype<usize>(this), 17);
  }

  /** Source rows that a band moves on. */
  // @ts-ignore: decorator
  @inline
  get sourceRows(): i32 {
    return word(changetype<usize>(this), 18);
  }

  /** Output, or its gradient. */
  // @ts-ignore: decorator
  @inline
  get pixels(): usize {
    return address(changetype<usize>(this), 19);
  }

  /** Elements of it an image. */
  // @ts-ignore: decorator
  @inline
  get imageStep(): i32 {
    return word(changetype<usize>(this), 22);
  }

  /** Elements of it a band. */
  // @ts-ignore: decorator
  @inline
  get bandStep(): i32 {
    return word(changetype<usize>(this), 23);
  }

  /** Of it. */
  // @ts-ignore: decorator
  @inline
  get channels(): i32 {
    return word(changetype<usize>(this), 24);
  }

  /** Scratch value. */
  // @ts-ignore: decorator
  @inline
  get scratch(): usize {
    return address(changetype<usize>(this), 25);
  }

  /** Bytes between two source rows. */
  // @ts-ignore: decorator
  @inline
  get rowBytes(): i32 {
    return word(changetype<usize>(this), 28);
  }

  /** Phases. */
  // @ts-ignore: decorator
  @inline
  get phases(): i32 {
    return word(changetype<usize>(this), 29);
  }

  /** Rows of phases. */
  // @ts-ignore: decorator
  @inline
  get phaseList(): usize {
    return table(changetype<usize>(this), 30);
  }

  /** Rows of accumulators. */
  // @ts-ignore: decorator
  @inline
  get rows(): i32 {
    return word(changetype<usize>(this), 31);
  }

  /** Units. */
  // @ts-ignore: decorator
  @inline
  get units(): i32 {
    return word(changetype<usize>(this), 32);
  }

  /** Of them a chunk. */
  // @ts-ignore: decorator
  @inline
  get unitsAChunk(): i32 {
    return word(changetype<usize>(this), 33);
  }

  /** Bytes to the chunks' accumulators in the scratch value. */
  // @ts-ignore: decorator
  @inline
  get sums(): i32 {
    return word(changetype<usize>(this), 34);
  }

  /** Channels in whole vectors. */
  // @ts-ignore: decorator
  @inline
  get padded(): i32 {
    return word(changetype<usize>(this), 35);
  }
}

// @ts-ignore: decorator
@unmanaged
export class WeightPartsCommand {
  /** Chunks that were summed apart. */
  // @ts-ignore: decorator
  @inline
  get parts(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Output channels. */
  // @ts-ignore: decorator
  @inline
  get outputs(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** Output channels in whole vectors. */
  // @ts-ignore: decorator
  @inline
  get padded(): i32 {
    return word(changetype<usize>(this), 6);
  }

  /** Input channels. */
  // @ts-ignore: decorator
  @inline
  get channels(): i32 {
    return word(changetype<usize>(this), 7);
  }

  /** Of the weights. */
  // @ts-ignore: decorator
  @inline
  get kernelRows(): i32 {
    return word(changetype<usize>(this), 8);
  }

  /** Of the weights. */
  // @ts-ignore: decorator
  @inline
  get kernelColumns(): i32 {
    return word(changetype<usize>(this), 9);
  }

  /** Kernel row that meets the image. */
  // @ts-ignore: decorator
  @inline
  get firstRow(): i32 {
    return word(changetype<usize>(this), 10);
  }

  /** Kernel rows that do. */
  // @ts-ignore: decorator
  @inline
  get rows(): i32 {
    return word(changetype<usize>(this), 11);
  }

  /** Kernel column that meets the image. */
  // @ts-ignore: decorator
  @inline
  get firstColumn(): i32 {
    return word(changetype<usize>(this), 12);
  }

  /** Kernel columns that do. */
  // @ts-ignore: decorator
  @inline
  get columns(): i32 {
    return word(changetype<usize>(this), 13);
  }

  /** Scratch value. */
  // @ts-ignore: decorator
  @inline
  get scratch(): usize {
    return address(changetype<usize>(this), 14);
  }

  /** Bytes to the accumulators in it. */
  // @ts-ignore: decorator
  @inline
  get sums(): i32 {
    return word(changetype<usize>(this), 17);
  }

  /** [O, C, kh, kw]. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 18);
  }
}

// @ts-ignore: decorator
@unmanaged
export class SoftmaxCommand {
  /** Rows of logits. */
  // @ts-ignore: decorator
  @inline
  get rows(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Classes. */
  // @ts-ignore: decorator
  @inline
  get columns(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** Rows a chunk. */
  // @ts-ignore: decorator
  @inline
  get size(): i32 {
    return word(changetype<usize>(this), 6);
  }

  /** Logits [rows, columns]. */
  // @ts-ignore: decorator
  @inline
  get input(): usize {
    return address(changetype<usize>(this), 7);
  }

  /** [rows, columns]. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 10);
  }
}

// @ts-ignore: decorator
@unmanaged
export class LogSoftmaxCommand {
  /** Rows of logits. */
  // @ts-ignore: decorator
  @inline
  get rows(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Classes. */
  // @ts-ignore: decorator
  @inline
  get columns(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** Rows a chunk. */
  // @ts-ignore: decorator
  @inline
  get size(): i32 {
    return word(changetype<usize>(this), 6);
  }

  /** Logits [rows, columns]. */
  // @ts-ignore: decorator
  @inline
  get input(): usize {
    return address(changetype<usize>(this), 7);
  }

  /** [rows, columns]. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 10);
  }
}

// @ts-ignore: decorator
@unmanaged
export class CrossEntropyCommand {
  /** Rows of logits. */
  // @ts-ignore: decorator
  @inline
  get rows(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Classes. */
  // @ts-ignore: decorator
  @inline
  get columns(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** Rows a chunk. */
  // @ts-ignore: decorator
  @inline
  get size(): i32 {
    return word(changetype<usize>(this), 6);
  }

  /** [rows, columns]. */
  // @ts-ignore: decorator
  @inline
  get logits(): usize {
    return address(changetype<usize>(this), 7);
  }

  /** [rows], int32. */
  // @ts-ignore: decorator
  @inline
  get labels(): usize {
    return address(changetype<usize>(this), 10);
  }

  /** Elements between two labels. */
  // @ts-ignore: decorator
  @inline
  get labelStride(): i32 {
    return word(changetype<usize>(this), 13);
  }

  /** Losses [rows]. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 14);
  }
}

// @ts-ignore: decorator
@unmanaged
export class CrossEntropyGradCommand {
  /** Rows of logits. */
  // @ts-ignore: decorator
  @inline
  get rows(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Classes. */
  // @ts-ignore: decorator
  @inline
  get columns(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** Rows a chunk. */
  // @ts-ignore: decorator
  @inline
  get size(): i32 {
    return word(changetype<usize>(this), 6);
  }

  /** [rows, columns]. */
  // @ts-ignore: decorator
  @inline
  get logits(): usize {
    return address(changetype<usize>(this), 7);
  }

  /** [rows], int32. */
  // @ts-ignore: decorator
  @inline
  get labels(): usize {
    return address(changetype<usize>(this), 10);
  }

  /** Elements between two labels. */
  // @ts-ignore: decorator
  @inline
  get labelStride(): i32 {
    return word(changetype<usize>(this), 13);
  }

  /** Gradient of each loss [rows]. */
  // @ts-ignore: decorator
  @inline
  get g(): usize {
    return address(changetype<usize>(this), 14);
  }

  /** Elements between two gradients. */
  // @ts-ignore: decorator
  @inline
  get gStride(): i32 {
    return word(changetype<usize>(this), 17);
  }

  /** [rows, columns]. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 18);
  }
}

// @ts-ignore: decorator
@unmanaged
export class GatherCommand {
  /** Elements of the index. */
  // @ts-ignore: decorator
  @inline
  get total(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Elements a chunk. */
  // @ts-ignore: decorator
  @inline
  get size(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** What is read. */
  // @ts-ignore: decorator
  @inline
  get input(): usize {
    return address(changetype<usize>(this), 6);
  }

  /** Int32. */
  // @ts-ignore: decorator
  @inline
  get index(): usize {
    return address(changetype<usize>(this), 9);
  }

  /** Dense. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 12);
  }

  /** Axes of the index. */
  // @ts-ignore: decorator
  @inline
  get rank(): i32 {
    return word(changetype<usize>(this), 15);
  }

  /** Of the index. */
  // @ts-ignore: decorator
  @inline
  get shape(): usize {
    return table(changetype<usize>(this), 16);
  }

  /** 0 along the gathered axis. */
  // @ts-ignore: decorator
  @inline
  get inputStrides(): usize {
    return table(changetype<usize>(this), 17);
  }

  /** Of the index. */
  // @ts-ignore: decorator
  @inline
  get indexStrides(): usize {
    return table(changetype<usize>(this), 18);
  }

  /** Size of the gathered axis. */
  // @ts-ignore: decorator
  @inline
  get length(): i32 {
    return word(changetype<usize>(this), 19);
  }

  /** Of the gathered axis. */
  // @ts-ignore: decorator
  @inline
  get stride(): i32 {
    return word(changetype<usize>(this), 20);
  }
}

// @ts-ignore: decorator
@unmanaged
export class ScatterAddCommand {
  /** Elements of the index. */
  // @ts-ignore: decorator
  @inline
  get total(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Elements of the output. */
  // @ts-ignore: decorator
  @inline
  get outputs(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** What is added. */
  // @ts-ignore: decorator
  @inline
  get source(): usize {
    return address(changetype<usize>(this), 6);
  }

  /** Int32. */
  // @ts-ignore: decorator
  @inline
  get index(): usize {
    return address(changetype<usize>(this), 9);
  }

  /** Dense. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 12);
  }

  /** Axes of the index. */
  // @ts-ignore: decorator
  @inline
  get rank(): i32 {
    return word(changetype<usize>(this), 15);
  }

  /** Of the index. */
  // @ts-ignore: decorator
  @inline
  get shape(): usize {
    return table(changetype<usize>(this), 16);
  }

  /** Of the source. */
  // @ts-ignore: decorator
  @inline
  get sourceStrides(): usize {
    return table(changetype<usize>(this), 17);
  }

  /** Of the index. */
  // @ts-ignore: decorator
  @inline
  get indexStrides(): usize {
    return table(changetype<usize>(this), 18);
  }

  /** 0 along the axis. */
  // @ts-ignore: decorator
  @inline
  get outputStrides(): usize {
    return table(changetype<usize>(this), 19);
  }

  /** Size of the axis. */
  // @ts-ignore: decorator
  @inline
  get length(): i32 {
    return word(changetype<usize>(this), 20);
  }

  /** Of the axis in the output. */
  // @ts-ignore: decorator
  @inline
  get stride(): i32 {
    return word(changetype<usize>(this), 21);
  }
}

// @ts-ignore: decorator
@unmanaged
export class DequantizeGatherCommand {
  /** Rows that are wanted. */
  // @ts-ignore: decorator
  @inline
  get batch(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Rows a chunk. */
  // @ts-ignore: decorator
  @inline
  get size(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** [count, length], uint8. */
  // @ts-ignore: decorator
  @inline
  get bytes(): usize {
    return address(changetype<usize>(this), 6);
  }

  /** [batch], int32. */
  // @ts-ignore: decorator
  @inline
  get index(): usize {
    return address(changetype<usize>(this), 9);
  }

  /** Elements between two indices. */
  // @ts-ignore: decorator
  @inline
  get indexStride(): i32 {
    return word(changetype<usize>(this), 12);
  }

  /** [batch, length]. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 13);
  }

  /** Bytes of a row. */
  // @ts-ignore: decorator
  @inline
  get length(): i32 {
    return word(changetype<usize>(this), 16);
  }

  /** Rows that there are. */
  // @ts-ignore: decorator
  @inline
  get count(): i32 {
    return word(changetype<usize>(this), 17);
  }

  /** Factor. */
  // @ts-ignore: decorator
  @inline
  get scale(): f64 {
    return scalar(word(changetype<usize>(this), 18));
  }

  /** What is added. */
  // @ts-ignore: decorator
  @inline
  get shift(): f64 {
    return scalar(word(changetype<usize>(this), 19));
  }
}

// @ts-ignore: decorator
@unmanaged
export class AvgPoolCommand {
  /** Images. */
  // @ts-ignore: decorator
  @inline
  get images(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Channels. */
  // @ts-ignore: decorator
  @inline
  get channels(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** Of the images. */
  // @ts-ignore: decorator
  @inline
  get height(): i32 {
    return word(changetype<usize>(this), 6);
  }

  /** Of the images. */
  // @ts-ignore: decorator
  @inline
  get width(): i32 {
    return word(changetype<usize>(this), 7);
  }

  /** Of windows. */
  // @ts-ignore: decorator
  @inline
  get rows(): i32 {
    return word(changetype<usize>(this), 8);
  }

  /** Of windows. */
  // @ts-ignore: decorator
  @inline
  get columns(): i32 {
    return word(changetype<usize>(this), 9);
  }

  /** Images, or (gradient) windows. */
  // @ts-ignore: decorator
  @inline
  get input(): usize {
    return address(changetype<usize>(this), 10);
  }

  /** Windows, or (gradient) images. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 13);
  }

  /** Image, channel, row, column. */
  // @ts-ignore: decorator
  @inline
  get inputStrides(): usize {
    return table(changetype<usize>(this), 16);
  }

  /** Image, channel, row, column. */
  // @ts-ignore: decorator
  @inline
  get outputStrides(): usize {
    return table(changetype<usize>(this), 17);
  }

  /** [first, last, divisor's part] for each row of windows. */
  // @ts-ignore: decorator
  @inline
  get vertical(): usize {
    return table(changetype<usize>(this), 18);
  }

  /** [first, last, divisor's part] for each column of windows. */
  // @ts-ignore: decorator
  @inline
  get horizontal(): usize {
    return table(changetype<usize>(this), 19);
  }
}

// @ts-ignore: decorator
@unmanaged
export class AvgPoolGradCommand {
  /** Images. */
  // @ts-ignore: decorator
  @inline
  get images(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Channels. */
  // @ts-ignore: decorator
  @inline
  get channels(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** Of the images. */
  // @ts-ignore: decorator
  @inline
  get height(): i32 {
    return word(changetype<usize>(this), 6);
  }

  /** Of the images. */
  // @ts-ignore: decorator
  @inline
  get width(): i32 {
    return word(changetype<usize>(this), 7);
  }

  /** Of windows. */
  // @ts-ignore: decorator
  @inline
  get rows(): i32 {
    return word(changetype<usize>(this), 8);
  }

  /** Of windows. */
  // @ts-ignore: decorator
  @inline
  get columns(): i32 {
    return word(changetype<usize>(this), 9);
  }

  /** Images, or (gradient) windows. */
  // @ts-ignore: decorator
  @inline
  get input(): usize {
    return address(changetype<usize>(this), 10);
  }

  /** Windows, or (gradient) images. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 13);
  }

  /** Image, channel, row, column. */
  // @ts-ignore: decorator
  @inline
  get inputStrides(): usize {
    return table(changetype<usize>(this), 16);
  }

  /** Image, channel, row, column. */
  // @ts-ignore: decorator
  @inline
  get outputStrides(): usize {
    return table(changetype<usize>(this), 17);
  }

  /** [first, last, divisor's part] for each row of windows. */
  // @ts-ignore: decorator
  @inline
  get vertical(): usize {
    return table(changetype<usize>(this), 18);
  }

  /** [first, last, divisor's part] for each column of windows. */
  // @ts-ignore: decorator
  @inline
  get horizontal(): usize {
    return table(changetype<usize>(this), 19);
  }
}

// @ts-ignore: decorator
@unmanaged
export class HistogramCommand {
  /** Elements. */
  // @ts-ignore: decorator
  @inline
  get total(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Elements a chunk. */
  // @ts-ignore: decorator
  @inline
  get size(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** Float32. */
  // @ts-ignore: decorator
  @inline
  get input(): usize {
    return address(changetype<usize>(this), 6);
  }

  /** Bins. */
  // @ts-ignore: decorator
  @inline
  get bins(): i32 {
    return word(changetype<usize>(this), 9);
  }

  /** Lower edge of the first bin. */
  // @ts-ignore: decorator
  @inline
  get min(): f64 {
    return scalar(word(changetype<usize>(this), 10));
  }

  /** Upper edge of the last bin. */
  // @ts-ignore: decorator
  @inline
  get max(): f64 {
    return scalar(word(changetype<usize>(this), 11));
  }

  /** Axes. */
  // @ts-ignore: decorator
  @inline
  get rank(): i32 {
    return word(changetype<usize>(this), 12);
  }

  /** Of the input. */
  // @ts-ignore: decorator
  @inline
  get shape(): usize {
    return table(changetype<usize>(this), 13);
  }

  /** Of the input. */
  // @ts-ignore: decorator
  @inline
  get strides(): usize {
    return table(changetype<usize>(this), 14);
  }

  /** Scratch value. */
  // @ts-ignore: decorator
  @inline
  get scratch(): usize {
    return address(changetype<usize>(this), 15);
  }

  /** Bytes to the chunks' counts in it, int32. */
  // @ts-ignore: decorator
  @inline
  get partials(): i32 {
    return word(changetype<usize>(this), 18);
  }
}

// @ts-ignore: decorator
@unmanaged
export class HistogramPartsCommand {
  /** Bins. */
  // @ts-ignore: decorator
  @inline
  get bins(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Chunks. */
  // @ts-ignore: decorator
  @inline
  get parts(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** [bins]. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 6);
  }

  /** Scratch value. */
  // @ts-ignore: decorator
  @inline
  get scratch(): usize {
    return address(changetype<usize>(this), 9);
  }

  /** Bytes to the chunks' counts in it. */
  // @ts-ignore: decorator
  @inline
  get partials(): i32 {
    return word(changetype<usize>(this), 12);
  }
}

// @ts-ignore: decorator
@unmanaged
export class RandomCommand {
  /** Elements. */
  // @ts-ignore: decorator
  @inline
  get total(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Elements a chunk, a multiple of 4. */
  // @ts-ignore: decorator
  @inline
  get size(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** Whether normal, else uniform. */
  // @ts-ignore: decorator
  @inline
  get normal(): bool {
    return word(changetype<usize>(this), 6) != 0;
  }

  /** Dense. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 7);
  }

  /** Unsigned 32 bits. */
  // @ts-ignore: decorator
  @inline
  get seedLow(): f64 {
    return scalar(word(changetype<usize>(this), 10));
  }

  /** Unsigned 32 bits. */
  // @ts-ignore: decorator
  @inline
  get seedHigh(): f64 {
    return scalar(word(changetype<usize>(this), 11));
  }

  /** Unsigned 32 bits. */
  // @ts-ignore: decorator
  @inline
  get counterLow(): f64 {
    return scalar(word(changetype<usize>(this), 12));
  }

  /** Unsigned 32 bits. */
  // @ts-ignore: decorator
  @inline
  get counterHigh(): f64 {
    return scalar(word(changetype<usize>(this), 13));
  }
}

// @ts-ignore: decorator
@unmanaged
export class ArangeCommand {
  /** Elements. */
  // @ts-ignore: decorator
  @inline
  get total(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Elements a chunk. */
  // @ts-ignore: decorator
  @inline
  get size(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** 0 float, 1 int, 2 bool. */
  // @ts-ignore: decorator
  @inline
  get kind(): i32 {
    return word(changetype<usize>(this), 6);
  }

  /** Dense. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 7);
  }

  /** First number. */
  // @ts-ignore: decorator
  @inline
  get start(): f64 {
    return scalar(word(changetype<usize>(this), 10));
  }

  /** From one to the next. */
  // @ts-ignore: decorator
  @inline
  get step(): f64 {
    return scalar(word(changetype<usize>(this), 11));
  }
}

// @ts-ignore: decorator
@unmanaged
export class StatisticsCommand {
  /** Elements. */
  // @ts-ignore: decorator
  @inline
  get total(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Elements a chunk. */
  // @ts-ignore: decorator
  @inline
  get size(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** Float32. */
  // @ts-ignore: decorator
  @inline
  get input(): usize {
    return address(changetype<usize>(this), 6);
  }

  /** Bins. */
  // @ts-ignore: decorator
  @inline
  get bins(): i32 {
    return word(changetype<usize>(this), 9);
  }

  /** Lower edge of the first bin. */
  // @ts-ignore: decorator
  @inline
  get min(): f64 {
    return scalar(word(changetype<usize>(this), 10));
  }

  /** Upper edge of the last bin. */
  // @ts-ignore: decorator
  @inline
  get max(): f64 {
    return scalar(word(changetype<usize>(this), 11));
  }

  /** Whether |x| is counted. */
  // @ts-ignore: decorator
  @inline
  get absolute(): bool {
    return word(changetype<usize>(this), 12) != 0;
  }

  /** Axes; 0 for a dense input. */
  // @ts-ignore: decorator
  @inline
  get rank(): i32 {
    return word(changetype<usize>(this), 13);
  }

  /** Of the input. */
  // @ts-ignore: decorator
  @inline
  get shape(): usize {
    return table(changetype<usize>(this), 14);
  }

  /** Of the input. */
  // @ts-ignore: decorator
  @inline
  get strides(): usize {
    return table(changetype<usize>(this), 15);
  }

  /** Scratch value. */
  // @ts-ignore: decorator
  @inline
  get scratch(): usize {
    return address(changetype<usize>(this), 16);
  }

  /** Bytes to the chunks' results in it. */
  // @ts-ignore: decorator
  @inline
  get partials(): i32 {
    return word(changetype<usize>(this), 19);
  }

  /** Of one chunk's results. */
  // @ts-ignore: decorator
  @inline
  get bytes(): i32 {
    return word(changetype<usize>(this), 20);
  }
}

// @ts-ignore: decorator
@unmanaged
export class StatisticsPartsCommand {
  /** Elements. */
  // @ts-ignore: decorator
  @inline
  get total(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Elements a chunk. */
  // @ts-ignore: decorator
  @inline
  get size(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** Bins. */
  // @ts-ignore: decorator
  @inline
  get bins(): i32 {
    return word(changetype<usize>(this), 6);
  }

  /** Chunks. */
  // @ts-ignore: decorator
  @inline
  get parts(): i32 {
    return word(changetype<usize>(this), 7);
  }

  /** [4 + bins]. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 8);
  }

  /** Scratch value. */
  // @ts-ignore: decorator
  @inline
  get scratch(): usize {
    return address(changetype<usize>(this), 11);
  }

  /** Bytes to the chunks' results in it. */
  // @ts-ignore: decorator
  @inline
  get partials(): i32 {
    return word(changetype<usize>(this), 14);
  }

  /** Of one chunk's results. */
  // @ts-ignore: decorator
  @inline
  get bytes(): i32 {
    return word(changetype<usize>(this), 15);
  }
}

// @ts-ignore: decorator
@unmanaged
export class MaxPoolCommand {
  /** Channels. */
  // @ts-ignore: decorator
  @inline
  get channels(): i32 {
    return word(changetype<usize>(this), 4);
  }

  /** Of the images. */
  // @ts-ignore: decorator
  @inline
  get height(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** Of the images. */
  // @ts-ignore: decorator
  @inline
  get width(): i32 {
    return word(changetype<usize>(this), 6);
  }

  /** Of windows. */
  // @ts-ignore: decorator
  @inline
  get rows(): i32 {
    return word(changetype<usize>(this), 7);
  }

  /** Of windows. */
  // @ts-ignore: decorator
  @inline
  get columns(): i32 {
    return word(changetype<usize>(this), 8);
  }

  /** 0 the largest element, 1 its place y·W + x as int32, 2 the gradient of the images. */
  // @ts-ignore: decorator
  @inline
  get result(): i32 {
    return word(changetype<usize>(this), 9);
  }

  /** Images. */
  // @ts-ignore: decorator
  @inline
  get input(): usize {
    return address(changetype<usize>(this), 10);
  }

  /** Of the windows, or (gradient) of the images. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 13);
  }

  /** Image, channel, row, column. */
  // @ts-ignore: decorator
  @inline
  get inputStrides(): usize {
    return table(changetype<usize>(this), 16);
  }

  /** Image, channel, row, column. */
  // @ts-ignore: decorator
  @inline
  get outputStrides(): usize {
    return table(changetype<usize>(this), 17);
  }

  /** [first pixel, pixels] for each row of windows. */
  // @ts-ignore: decorator
  @inline
  get vertical(): usize {
    return table(changetype<usize>(this), 18);
  }

  /** [first pixel, pixels] for each column of windows. */
  // @ts-ignore: decorator
  @inline
  get horizontal(): usize {
    return table(changetype<usize>(this), 19);
  }

  /** Pixels between two rows of a window. */
  // @ts-ignore: decorator
  @inline
  get dilationY(): i32 {
    return word(changetype<usize>(this), 20);
  }

  /** Pixels between two columns of a window. */
  // @ts-ignore: decorator
  @inline
  get dilationX(): i32 {
    return word(changetype<usize>(this), 21);
  }

  /** Gradient of the windows; the output again where there is none. */
  // @ts-ignore: decorator
  @inline
  get g(): usize {
    return address(changetype<usize>(this), 22);
  }

  /** Image, channel, row, column. */
  // @ts-ignore: decorator
  @inline
  get gStrides(): usize {
    return table(changetype<usize>(this), 25);
  }
}

// @ts-ignore: decorator
@unmanaged
export class MomentsCommand {
  /** What is reduced. */
  // @ts-ignore: decorator
  @inline
  get x(): usize {
    return address(changetype<usize>(this), 4);
  }

  /** Kept axes, without columns. */
  // @ts-ignore: decorator
  @inline
  get keptRank(): i32 {
    return word(changetype<usize>(this), 7);
  }

  /** Of the kept axes. */
  // @ts-ignore: decorator
  @inline
  get keptSizes(): usize {
    return table(changetype<usize>(this), 8);
  }

  /** Strides of the kept axes in x. */
  // @ts-ignore: decorator
  @inline
  get keptX(): usize {
    return table(changetype<usize>(this), 9);
  }

  /** Reduced axes. */
  // @ts-ignore: decorator
  @inline
  get rank(): i32 {
    return word(changetype<usize>(this), 10);
  }

  /** Of the reduced axes. */
  // @ts-ignore: decorator
  @inline
  get sizes(): usize {
    return table(changetype<usize>(this), 11);
  }

  /** Of the reduced axes in x. */
  // @ts-ignore: decorator
  @inline
  get strides(): usize {
    return table(changetype<usize>(this), 12);
  }

  /** Kept elements, without columns. */
  // @ts-ignore: decorator
  @inline
  get count(): i32 {
    return word(changetype<usize>(this), 13);
  }

  /** Of them a chunk. */
  // @ts-ignore: decorator
  @inline
  get keptAChunk(): i32 {
    return word(changetype<usize>(this), 14);
  }

  /** Of the outermost reduced axis. */
  // @ts-ignore: decorator
  @inline
  get parts(): i32 {
    return word(changetype<usize>(this), 15);
  }

  /** Of its places a part. */
  // @ts-ignore: decorator
  @inline
  get outerAPart(): i32 {
    return word(changetype<usize>(this), 16);
  }

  /** Outputs side by side. */
  // @ts-ignore: decorator
  @inline
  get columns(): i32 {
    return word(changetype<usize>(this), 17);
  }

  /** Rows of results. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 18);
  }

  /** Strides of the kept axes in a row of the output. */
  // @ts-ignore: decorator
  @inline
  get keptOutput(): usize {
    return table(changetype<usize>(this), 21);
  }

  /** Elements between two columns of the output. */
  // @ts-ignore: decorator
  @inline
  get columnStride(): i32 {
    return word(changetype<usize>(this), 22);
  }

  /** Elements between two rows of the output. */
  // @ts-ignore: decorator
  @inline
  get rowStride(): i32 {
    return word(changetype<usize>(this), 23);
  }

  /** Bytes to the partial results in the scratch value; −1 if there are none. */
  // @ts-ignore: decorator
  @inline
  get partials(): i32 {
    return word(changetype<usize>(this), 24);
  }

  /** Scratch value. */
  // @ts-ignore: decorator
  @inline
  get scratch(): usize {
    return address(changetype<usize>(this), 25);
  }

  /** Added to the variance. */
  // @ts-ignore: decorator
  @inline
  get eps(): f64 {
    return scalar(word(changetype<usize>(this), 28));
  }
}

// @ts-ignore: decorator
@unmanaged
export class NormSumsCommand {
  /** What is reduced. */
  // @ts-ignore: decorator
  @inline
  get x(): usize {
    return address(changetype<usize>(this), 4);
  }

  /** Kept axes, without columns. */
  // @ts-ignore: decorator
  @inline
  get keptRank(): i32 {
    return word(changetype<usize>(this), 7);
  }

  /** Of the kept axes. */
  // @ts-ignore: decorator
  @inline
  get keptSizes(): usize {
    return table(changetype<usize>(this), 8);
  }

  /** Strides of the kept axes in x. */
  // @ts-ignore: decorator
  @inline
  get keptX(): usize {
    return table(changetype<usize>(this), 9);
  }

  /** Reduced axes. */
  // @ts-ignore: decorator
  @inline
  get rank(): i32 {
    return word(changetype<usize>(this), 10);
  }

  /** Of the reduced axes. */
  // @ts-ignore: decorator
  @inline
  get sizes(): usize {
    return table(changetype<usize>(this), 11);
  }

  /** Of the reduced axes in x. */
  // @ts-ignore: decorator
  @inline
  get strides(): usize {
    return table(changetype<usize>(this), 12);
  }

  /** Kept elements, without columns. */
  // @ts-ignore: decorator
  @inline
  get count(): i32 {
    return word(changetype<usize>(this), 13);
  }

  /** Of them a chunk. */
  // @ts-ignore: decorator
  @inline
  get keptAChunk(): i32 {
    return word(changetype<usize>(this), 14);
  }

  /** Of the outermost reduced axis. */
  // @ts-ignore: decorator
  @inline
  get parts(): i32 {
    return word(changetype<usize>(this), 15);
  }

  /** Of its places a part. */
  // @ts-ignore: decorator
  @inline
  get outerAPart(): i32 {
    return word(changetype<usize>(this), 16);
  }

  /** Outputs side by side. */
  // @ts-ignore: decorator
  @inline
  get columns(): i32 {
    return word(changetype<usize>(this), 17);
  }

  /** Rows of results. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 18);
  }

  /** Strides of the kept axes in a row of the output. */
  // @ts-ignore: decorator
  @inline
  get keptOutput(): usize {
    return table(changetype<usize>(this), 21);
  }

  /** Elements between two columns of the output. */
  // @ts-ignore: decorator
  @inline
  get columnStride(): i32 {
    return word(changetype<usize>(this), 22);
  }

  /** Elements between two rows of the output. */
  // @ts-ignore: decorator
  @inline
  get rowStride(): i32 {
    return word(changetype<usize>(this), 23);
  }

  /** Bytes to the partial results in the scratch value; −1 if there are none. */
  // @ts-ignore: decorator
  @inline
  get partials(): i32 {
    return word(changetype<usize>(this), 24);
  }

  /** Scratch value. */
  // @ts-ignore: decorator
  @inline
  get scratch(): usize {
    return address(changetype<usize>(this), 25);
  }

  /** Gradient, of the shape of x. */
  // @ts-ignore: decorator
  @inline
  get g(): usize {
    return address(changetype<usize>(this), 28);
  }

  /** Strides of the kept axes in g. */
  // @ts-ignore: decorator
  @inline
  get keptG(): usize {
    return table(changetype<usize>(this), 31);
  }

  /** Strides of the reduced axes in g. */
  // @ts-ignore: decorator
  @inline
  get stridesG(): usize {
    return table(changetype<usize>(this), 32);
  }

  /** Elements between two columns of g. */
  // @ts-ignore: decorator
  @inline
  get columnStrideG(): i32 {
    return word(changetype<usize>(this), 33);
  }

  /** Rows of moments. */
  // @ts-ignore: decorator
  @inline
  get stats(): usize {
    return address(changetype<usize>(this), 34);
  }

  /** Strides of the kept axes in a row of them. */
  // @ts-ignore: decorator
  @inline
  get keptStats(): usize {
    return table(changetype<usize>(this), 37);
  }

  /** Elements between two columns of them. */
  // @ts-ignore: decorator
  @inline
  get columnStrideStats(): i32 {
    return word(changetype<usize>(this), 38);
  }

  /** Elements between two rows of them. */
  // @ts-ignore: decorator
  @inline
  get rowStrideStats(): i32 {
    return word(changetype<usize>(this), 39);
  }
}

// @ts-ignore: decorator
@unmanaged
export class MomentsPartsCommand {
  /** Whether sums of normSums, else moments. */
  // @ts-ignore: decorator
  @inline
  get sums(): bool {
    return word(changetype<usize>(this), 4) != 0;
  }

  /** Bytes to the partial results in the scratch value. */
  // @ts-ignore: decorator
  @inline
  get partials(): i32 {
    return word(changetype<usize>(this), 5);
  }

  /** Scratch value. */
  // @ts-ignore: decorator
  @inline
  get scratch(): usize {
    return address(changetype<usize>(this), 6);
  }

  /** Results. */
  // @ts-ignore: decorator
  @inline
  get count(): i32 {
    return word(changetype<usize>(this), 9);
  }

  /** Of each. */
  // @ts-ignore: decorator
  @inline
  get parts(): i32 {
    return word(changetype<usize>(this), 10);
  }

  /** Places of the outermost reduced axis. */
  // @ts-ignore: decorator
  @inline
  get outer(): i32 {
    return word(changetype<usize>(this), 11);
  }

  /** Of them a part. */
  // @ts-ignore: decorator
  @inline
  get outerAPart(): i32 {
    return word(changetype<usize>(this), 12);
  }

  /** Elements at each of these places. */
  // @ts-ignore: decorator
  @inline
  get each(): i32 {
    return word(changetype<usize>(this), 13);
  }

  /** Axes of the results. */
  // @ts-ignore: decorator
  @inline
  get keptRank(): i32 {
    return word(changetype<usize>(this), 14);
  }

  /** Of these axes. */
  // @ts-ignore: decorator
  @inline
  get keptSizes(): usize {
    return table(changetype<usize>(this), 15);
  }

  /** Their strides. */
  // @ts-ignore: decorator
  @inline
  get keptOutput(): usize {
    return table(changetype<usize>(this), 16);
  }

  /** Rows of results. */
  // @ts-ignore: decorator
  @inline
  get output(): usize {
    return address(changetype<usize>(this), 17);
  }

  /** Elements between two rows of the output. */
  // @ts-ignore: decorator
  @inline
  get rowStride(): i32 {
    return word(changetype<usize>(this), 20);
  }

  /** Added to the variance. */
  // @ts-ignore: decorator
  @inline
  get eps(): f64 {
    return scalar(word(changetype<usize>(this), 21));
  }
}
