// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
// @ts-nocheck: AssemblyScript
/** Commands and rows of tables as the kernels read them. Made by `deno task kernels` of lib/device/cpu: do not edit. */
import { address, halfAddress, program, scalar, table, word } from "./command";

@unmanaged
export class Program {
  @inline get first(): i32 { return load<i32>(changetype<usize>(this), 0); } // command
  @inline get end(): i32 { return load<i32>(changetype<usize>(this), 4); } // of the commands
  @inline get values(): i32 { return load<i32>(changetype<usize>(this), 8); } // addresses of the values
  @inline get offsets(): i32 { return load<i32>(changetype<usize>(this), 12); } // element offsets of this run
  @inline get scalars(): i32 { return load<i32>(changetype<usize>(this), 16); } // scalars of this run
  @inline get apart(): bool { return load<i32>(changetype<usize>(this), 20) != 0; } // whether commands are run one by one, also those that a series has
  @inline get next(): Program { return changetype<Program>(changetype<usize>(this) + 24); } // the row after this one
}

@unmanaged
export class Header {
  @inline get code(): i32 { return load<i32>(changetype<usize>(this), 0); } // the kernel's number in the function table
  @inline get length(): i32 { return load<i32>(changetype<usize>(this), 4); } // words of the command
  @inline get chunks(): i32 { return load<i32>(changetype<usize>(this), 8); } // independent pieces of its work
  @inline get shared(): bool { return load<i32>(changetype<usize>(this), 12) != 0; } // whether threads share them
  @inline get inner(): i32 { return load<i32>(changetype<usize>(this), 16); } // words of the commands after it that it runs itself
  @inline get fault(): usize { return changetype<usize>(this) + 20; } // 1 once an index was out of range, until the host has read it; that index; how many there were
  @inline get next(): Header { return changetype<Header>(changetype<usize>(this) + 32); } // the row after this one
}

@unmanaged
export class SweepCommand {
  @inline get image(): usize { return address(changetype<usize>(this), 8); } // source images, NHWC
  @inline get images(): i32 { return word(changetype<usize>(this), 11); } // images
  @inline get group(): i32 { return word(changetype<usize>(this), 12); } // images per chunk
  @inline get bands(): i32 { return word(changetype<usize>(this), 13); } // bands of output rows per image
  @inline get height(): i32 { return word(changetype<usize>(this), 14); } // of the source
  @inline get width(): i32 { return word(changetype<usize>(this), 15); } // of the source
  @inline get depth(): i32 { return word(changetype<usize>(this), 16); } // channels of the source
  @inline get bordered(): bool { return word(changetype<usize>(this), 17) != 0; } // whether a chunk is first copied with zeros around it
  @inline get sorted(): bool { return word(changetype<usize>(this), 18) != 0; } // whether the copy's columns are sorted by group and residue
  @inline get groups(): i32 { return word(changetype<usize>(this), 19); } // groups of channels
  @inline get dilation(): i32 { return word(changetype<usize>(this), 20); } // columns from one tap to the next
  @inline get borderedRows(): i32 { return word(changetype<usize>(this), 21); } // rows of a bordered image, or band
  @inline get borderedColumns(): i32 { return word(changetype<usize>(this), 22); } // its columns
  @inline get above(): i32 { return word(changetype<usize>(this), 23); } // border above
  @inline get left(): i32 { return word(changetype<usize>(this), 24); } // border to the left; negative: columns cut off
  @inline get sourceRows(): i32 { return word(changetype<usize>(this), 25); } // source rows from one band to the next
  @inline get pixels(): usize { return address(changetype<usize>(this), 26); } // output, or its gradient
  @inline get imageStep(): i32 { return word(changetype<usize>(this), 29); } // elements of it per image
  @inline get bandStep(): i32 { return word(changetype<usize>(this), 30); } // elements of it per band
  @inline get channels(): i32 { return word(changetype<usize>(this), 31); } // of a group of it
  @inline get panelColumns(): i32 { return word(changetype<usize>(this), 32); } // columns of a panel: 8 or 16
  @inline get scratch(): usize { return address(changetype<usize>(this), 33); } // scratch value
  @inline get rowBytes(): i32 { return word(changetype<usize>(this), 36); } // bytes between two source rows of a patch
  @inline get phases(): i32 { return word(changetype<usize>(this), 37); } // phases
  @inline get phaseList(): usize { return table(changetype<usize>(this), 38); } // rows of phases
  @inline get units(): i32 { return word(changetype<usize>(this), 39); } // groups of images, or bands of them
  @inline get panels(): i32 { return word(changetype<usize>(this), 40); } // panels of channels a chunk; chunks run over the units first, then over the panels
}

@unmanaged
export class Phase {
  @inline get runs(): i32 { return load<i32>(changetype<usize>(this), 0); } // kernel rows
  @inline get length(): i32 { return load<i32>(changetype<usize>(this), 4); } // elements of a kernel row's patch
  @inline get weights(): i32 { return load<i32>(changetype<usize>(this), 8); } // bytes to the packed weights in the scratch value
  @inline get firstRow(): i32 { return load<i32>(changetype<usize>(this), 12); } // of a panel of weights, or (weight gradient) of the accumulators
  @inline get patches(): usize { return program + <usize> load<i32>(changetype<usize>(this), 16); } // bytes to each pixel's patch, images outermost
  @inline get results(): usize { return program + <usize> load<i32>(changetype<usize>(this), 20); } // bytes to each pixel's results, or gradients
  @inline get bandRows(): i32 { return load<i32>(changetype<usize>(this), 24); } // output rows per band
  @inline get rows(): i32 { return load<i32>(changetype<usize>(this), 28); } // output rows per image
  @inline get columns(): i32 { return load<i32>(changetype<usize>(this), 32); } // output columns
  @inline get offset(): i32 { return load<i32>(changetype<usize>(this), 36); } // bytes to all patches
  @inline get rowsBetween(): i32 { return load<i32>(changetype<usize>(this), 40); } // weight rows skipped after a run, or (weight gradient) accumulator rows from one run to the next
  @inline get allRows(): i32 { return load<i32>(changetype<usize>(this), 44); } // weight rows of a panel
  @inline get firstResult(): i32 { return load<i32>(changetype<usize>(this), 48); } // bytes to a group's channels in the results, or gradients
  @inline get pairs(): bool { return load<i32>(changetype<usize>(this), 52) != 0; } // whether pixels come in pairs, of which the second takes weights of its own
  @inline get alone(): i32 { return load<i32>(changetype<usize>(this), 56); } // numbers after a run that the second alone takes
  @inline get secondWeights(): i32 { return load<i32>(changetype<usize>(this), 60); } // bytes to its packed weights in the scratch value
  @inline get secondBetween(): i32 { return load<i32>(changetype<usize>(this), 64); } // rows of them skipped after a run
  @inline get next(): Phase { return changetype<Phase>(changetype<usize>(this) + 68); } // the row after this one
}

@unmanaged
export class Taps {
  @inline get top(): i32 { return load<i32>(changetype<usize>(this), 0); } // row
  @inline get bottom(): i32 { return load<i32>(changetype<usize>(this), 4); } // row after the last
  @inline get left(): i32 { return load<i32>(changetype<usize>(this), 8); } // column
  @inline get right(): i32 { return load<i32>(changetype<usize>(this), 12); } // column after the last
  @inline get taps(): i32 { return load<i32>(changetype<usize>(this), 16); } // how many
  @inline get tapList(): usize { return program + <usize> load<i32>(changetype<usize>(this), 20); } // rows of taps
  @inline get next(): Taps { return changetype<Taps>(changetype<usize>(this) + 24); } // the row after this one
}

@unmanaged
export class Tap {
  @inline get number(): i32 { return load<i32>(changetype<usize>(this), 0); } // among those that ever meet the image
  @inline get row(): i32 { return load<i32>(changetype<usize>(this), 4); } // row of the image that it meets in output row 0; may be negative
  @inline get column(): i32 { return load<i32>(changetype<usize>(this), 8); } // the same of columns
  @inline get next(): Tap { return changetype<Tap>(changetype<usize>(this) + 12); } // the row after this one
}

@unmanaged
export class Slot {
  @inline get register(): i32 { return load<i32>(changetype<usize>(this), 0); } // number
  @inline get scratch(): i32 { return load<i32>(changetype<usize>(this), 4); } // bytes to the block
  @inline get next(): Slot { return changetype<Slot>(changetype<usize>(this) + 8); } // the row after this one
}

@unmanaged
export class Direct {
  @inline get register(): i32 { return load<i32>(changetype<usize>(this), 0); } // number
  @inline get from(): usize { return address(changetype<usize>(this), 1); } // dense
  @inline get next(): Direct { return changetype<Direct>(changetype<usize>(this) + 16); } // the row after this one
}

@unmanaged
export class Pattern {
  @inline get register(): i32 { return load<i32>(changetype<usize>(this), 0); } // number
  @inline get scratch(): i32 { return load<i32>(changetype<usize>(this), 4); } // bytes to the block
  @inline get from(): usize { return address(changetype<usize>(this), 2); } // strided
  @inline get strides(): usize { return program + <usize> load<i32>(changetype<usize>(this), 20); } // of the operand
  @inline get period(): i32 { return load<i32>(changetype<usize>(this), 24); } // elements after which it repeats
  @inline get next(): Pattern { return changetype<Pattern>(changetype<usize>(this) + 28); } // the row after this one
}

@unmanaged
export class Strided {
  @inline get register(): i32 { return load<i32>(changetype<usize>(this), 0); } // number
  @inline get scratch(): i32 { return load<i32>(changetype<usize>(this), 4); } // bytes to the block
  @inline get from(): usize { return address(changetype<usize>(this), 2); } // strided
  @inline get strides(): usize { return program + <usize> load<i32>(changetype<usize>(this), 20); } // of the operand
  @inline get next(): Strided { return changetype<Strided>(changetype<usize>(this) + 24); } // the row after this one
}

@unmanaged
export class Fill {
  @inline get register(): i32 { return load<i32>(changetype<usize>(this), 0); } // number
  @inline get scratch(): i32 { return load<i32>(changetype<usize>(this), 4); } // bytes to the block
  @inline get kind(): i32 { return load<i32>(changetype<usize>(this), 8); } // what it is: Constant
  @inline get from(): usize { return address(changetype<usize>(this), 3); } // the operand; of a scalar, nothing
  @inline get slot(): i32 { return load<i32>(changetype<usize>(this), 24); } // of a scalar
  @inline get next(): Fill { return changetype<Fill>(changetype<usize>(this) + 28); } // the row after this one
}

@unmanaged
export class Instruction {
  @inline get code(): i32 { return load<i32>(changetype<usize>(this), 0); } // number in the function table
  @inline get out(): i32 { return load<i32>(changetype<usize>(this), 4); } // register
  @inline get a(): i32 { return load<i32>(changetype<usize>(this), 8); } // register
  @inline get b(): i32 { return load<i32>(changetype<usize>(this), 12); } // register
  @inline get c(): i32 { return load<i32>(changetype<usize>(this), 16); } // register
  @inline get d(): i32 { return load<i32>(changetype<usize>(this), 20); } // register
  @inline get next(): Instruction { return changetype<Instruction>(changetype<usize>(this) + 24); } // the row after this one
}

@unmanaged
export class Store {
  @inline get register(): i32 { return load<i32>(changetype<usize>(this), 0); } // number
  @inline get to(): usize { return address(changetype<usize>(this), 1); } // of any strides
  @inline get strides(): usize { return program + <usize> load<i32>(changetype<usize>(this), 16); } // of the operand
  @inline get dense(): bool { return load<i32>(changetype<usize>(this), 20) != 0; } // whether it is dense
  @inline get next(): Store { return changetype<Store>(changetype<usize>(this) + 24); } // the row after this one
}

@unmanaged
export class Member {
  @inline get chunks(): i32 { return load<i32>(changetype<usize>(this), 0); } // of a group of images
  @inline get next(): Member { return changetype<Member>(changetype<usize>(this) + 4); } // the row after this one
}

@unmanaged
export class Local {
  @inline get value(): i32 { return load<i32>(changetype<usize>(this), 0); } // number
  @inline get at(): i32 { return load<i32>(changetype<usize>(this), 4); } // bytes to its images in what the thread has for them
  @inline get step(): i32 { return load<i32>(changetype<usize>(this), 8); } // bytes of a group
  @inline get next(): Local { return changetype<Local>(changetype<usize>(this) + 12); } // the row after this one
}

@unmanaged
export class DequantizeGatherCommand {
  @inline get batch(): i32 { return word(changetype<usize>(this), 8); } // rows that are wanted
  @inline get size(): i32 { return word(changetype<usize>(this), 9); } // rows per chunk
  @inline get bytes(): usize { return address(changetype<usize>(this), 10); } // [count, length], uint8
  @inline get index(): usize { return address(changetype<usize>(this), 13); } // [batch], int32
  @inline get indexStride(): i32 { return word(changetype<usize>(this), 16); } // elements between two indices
  @inline get output(): usize { return address(changetype<usize>(this), 17); } // [batch, length]
  @inline get length(): i32 { return word(changetype<usize>(this), 20); } // bytes of a row
  @inline get count(): i32 { return word(changetype<usize>(this), 21); } // rows that there are
  @inline get scale(): f64 { return scalar(word(changetype<usize>(this), 22)); } // factor
  @inline get shift(): f64 { return scalar(word(changetype<usize>(this), 23)); } // what is added
}

@unmanaged
export class ConvolveCommand {
  @inline get image(): usize { return address(changetype<usize>(this), 8); } // source images, NHWC
  @inline get images(): i32 { return word(changetype<usize>(this), 11); } // images
  @inline get group(): i32 { return word(changetype<usize>(this), 12); } // images per chunk
  @inline get bands(): i32 { return word(changetype<usize>(this), 13); } // bands of output rows per image
  @inline get height(): i32 { return word(changetype<usize>(this), 14); } // of the source
  @inline get width(): i32 { return word(changetype<usize>(this), 15); } // of the source
  @inline get depth(): i32 { return word(changetype<usize>(this), 16); } // channels of the source
  @inline get bordered(): bool { return word(changetype<usize>(this), 17) != 0; } // whether a chunk is first copied with zeros around it
  @inline get sorted(): bool { return word(changetype<usize>(this), 18) != 0; } // whether the copy's columns are sorted by group and residue
  @inline get groups(): i32 { return word(changetype<usize>(this), 19); } // groups of channels
  @inline get dilation(): i32 { return word(changetype<usize>(this), 20); } // columns from one tap to the next
  @inline get borderedRows(): i32 { return word(changetype<usize>(this), 21); } // rows of a bordered image, or band
  @inline get borderedColumns(): i32 { return word(changetype<usize>(this), 22); } // its columns
  @inline get above(): i32 { return word(changetype<usize>(this), 23); } // border above
  @inline get left(): i32 { return word(changetype<usize>(this), 24); } // border to the left; negative: columns cut off
  @inline get sourceRows(): i32 { return word(changetype<usize>(this), 25); } // source rows from one band to the next
  @inline get pixels(): usize { return address(changetype<usize>(this), 26); } // output, or its gradient
  @inline get imageStep(): i32 { return word(changetype<usize>(this), 29); } // elements of it per image
  @inline get bandStep(): i32 { return word(changetype<usize>(this), 30); } // elements of it per band
  @inline get channels(): i32 { return word(changetype<usize>(this), 31); } // of a group of it
  @inline get panelColumns(): i32 { return word(changetype<usize>(this), 32); } // columns of a panel: 8 or 16
  @inline get scratch(): usize { return address(changetype<usize>(this), 33); } // scratch value
  @inline get rowBytes(): i32 { return word(changetype<usize>(this), 36); } // bytes between two source rows of a patch
  @inline get phases(): i32 { return word(changetype<usize>(this), 37); } // phases
  @inline get phaseList(): usize { return table(changetype<usize>(this), 38); } // rows of phases
  @inline get units(): i32 { return word(changetype<usize>(this), 39); } // groups of images, or bands of them
  @inline get panels(): i32 { return word(changetype<usize>(this), 40); } // panels of channels a chunk; chunks run over the units first, then over the panels
  @inline get epilogue(): i32 { return word(changetype<usize>(this), 41); } // bytes to the command of the chain that runs on each chunk; 0: none
}

@unmanaged
export class ConvolveWeightsCommand {
  @inline get image(): usize { return address(changetype<usize>(this), 8); } // source images, NHWC
  @inline get images(): i32 { return word(changetype<usize>(this), 11); } // images
  @inline get group(): i32 { return word(changetype<usize>(this), 12); } // images per chunk
  @inline get bands(): i32 { return word(changetype<usize>(this), 13); } // bands of output rows per image
  @inline get height(): i32 { return word(changetype<usize>(this), 14); } // of the source
  @inline get width(): i32 { return word(changetype<usize>(this), 15); } // of the source
  @inline get depth(): i32 { return word(changetype<usize>(this), 16); } // channels of the source
  @inline get bordered(): bool { return word(changetype<usize>(this), 17) != 0; } // whether a chunk is first copied with zeros around it
  @inline get sorted(): bool { return word(changetype<usize>(this), 18) != 0; } // whether the copy's columns are sorted by group and residue
  @inline get groups(): i32 { return word(changetype<usize>(this), 19); } // groups of channels
  @inline get dilation(): i32 { return word(changetype<usize>(this), 20); } // columns from one tap to the next
  @inline get borderedRows(): i32 { return word(changetype<usize>(this), 21); } // rows of a bordered image, or band
  @inline get borderedColumns(): i32 { return word(changetype<usize>(this), 22); } // its columns
  @inline get above(): i32 { return word(changetype<usize>(this), 23); } // border above
  @inline get left(): i32 { return word(changetype<usize>(this), 24); } // border to the left; negative: columns cut off
  @inline get sourceRows(): i32 { return word(changetype<usize>(this), 25); } // source rows from one band to the next
  @inline get pixels(): usize { return address(changetype<usize>(this), 26); } // output, or its gradient
  @inline get imageStep(): i32 { return word(changetype<usize>(this), 29); } // elements of it per image
  @inline get bandStep(): i32 { return word(changetype<usize>(this), 30); } // elements of it per band
  @inline get channels(): i32 { return word(changetype<usize>(this), 31); } // of a group of it
  @inline get panelColumns(): i32 { return word(changetype<usize>(this), 32); } // columns of a panel: 8 or 16
  @inline get scratch(): usize { return address(changetype<usize>(this), 33); } // scratch value
  @inline get rowBytes(): i32 { return word(changetype<usize>(this), 36); } // bytes between two source rows of a patch
  @inline get phases(): i32 { return word(changetype<usize>(this), 37); } // phases
  @inline get phaseList(): usize { return table(changetype<usize>(this), 38); } // rows of phases
  @inline get units(): i32 { return word(changetype<usize>(this), 39); } // groups of images, or bands of them
  @inline get panels(): i32 { return word(changetype<usize>(this), 40); } // panels of channels a chunk; chunks run over the units first, then over the panels
  @inline get rows(): i32 { return word(changetype<usize>(this), 41); } // rows of accumulators
  @inline get runRows(): i32 { return word(changetype<usize>(this), 42); } // of them a run
  @inline get rowChunks(): i32 { return word(changetype<usize>(this), 43); } // chunks of these, strips of six, which run last
  @inline get unitsPerPart(): i32 { return word(changetype<usize>(this), 44); } // units whose sums are added up in one part
  @inline get parts(): i32 { return word(changetype<usize>(this), 45); } // parts
  @inline get sums(): i32 { return word(changetype<usize>(this), 46); } // bytes to the parts' accumulators in the scratch value
  @inline get padded(): i32 { return word(changetype<usize>(this), 47); } // channels in whole vectors
}

@unmanaged
export class WeightPartsCommand {
  @inline get parts(): i32 { return word(changetype<usize>(this), 8); } // chunks that were summed apart
  @inline get groups(): i32 { return word(changetype<usize>(this), 9); } // groups of channels
  @inline get outputs(): i32 { return word(changetype<usize>(this), 10); } // output channels of a group
  @inline get size(): i32 { return word(changetype<usize>(this), 11); } // of them a chunk, a multiple of 4
  @inline get padded(): i32 { return word(changetype<usize>(this), 12); } // those in whole vectors
  @inline get channels(): i32 { return word(changetype<usize>(this), 13); } // input channels of a group
  @inline get kernelRows(): i32 { return word(changetype<usize>(this), 14); } // of the weights
  @inline get kernelColumns(): i32 { return word(changetype<usize>(this), 15); } // of the weights
  @inline get firstRow(): i32 { return word(changetype<usize>(this), 16); } // kernel row that meets the image
  @inline get rows(): i32 { return word(changetype<usize>(this), 17); } // kernel rows that do
  @inline get firstColumn(): i32 { return word(changetype<usize>(this), 18); } // kernel column that meets the image
  @inline get columns(): i32 { return word(changetype<usize>(this), 19); } // kernel columns that do
  @inline get scratch(): usize { return address(changetype<usize>(this), 20); } // scratch value
  @inline get sums(): i32 { return word(changetype<usize>(this), 23); } // bytes to the accumulators in it
  @inline get output(): usize { return address(changetype<usize>(this), 24); } // [O, C, kh, kw]
}

@unmanaged
export class ConvolveOneChannelCommand {
  @inline get image(): usize { return address(changetype<usize>(this), 8); } // source images
  @inline get weights(): usize { return address(changetype<usize>(this), 11); } // [O, 1, 3, 3]
  @inline get output(): usize { return address(changetype<usize>(this), 14); } // images, NHWC
  @inline get bias(): usize { return address(changetype<usize>(this), 17); } // a number a channel, if activated
  @inline get activated(): bool { return word(changetype<usize>(this), 20) != 0; } // whether the bias is added, and what is negative becomes 0
  @inline get images(): i32 { return word(changetype<usize>(this), 21); } // images
  @inline get group(): i32 { return word(changetype<usize>(this), 22); } // images per chunk
  @inline get bands(): i32 { return word(changetype<usize>(this), 23); } // bands of output rows per image
  @inline get bandRows(): i32 { return word(changetype<usize>(this), 24); } // output rows per band
  @inline get height(): i32 { return word(changetype<usize>(this), 25); } // of the source
  @inline get width(): i32 { return word(changetype<usize>(this), 26); } // of the source
  @inline get channels(): i32 { return word(changetype<usize>(this), 27); } // of the output
  @inline get rows(): i32 { return word(changetype<usize>(this), 28); } // of the output
  @inline get columns(): i32 { return word(changetype<usize>(this), 29); } // of the output
  @inline get strideRows(): i32 { return word(changetype<usize>(this), 30); } // source rows an output row moves on
  @inline get strideColumns(): i32 { return word(changetype<usize>(this), 31); } // source columns, likewise
  @inline get paddingRows(): i32 { return word(changetype<usize>(this), 32); } // zeros above: 0 or 1
  @inline get paddingColumns(): i32 { return word(changetype<usize>(this), 33); } // zeros to the left
  @inline get firstRow(): i32 { return word(changetype<usize>(this), 34); } // output row whose three source rows all lie in the image
  @inline get wholeRows(): i32 { return word(changetype<usize>(this), 35); } // rows from there on that do
  @inline get firstColumn(): i32 { return word(changetype<usize>(this), 36); } // output column, likewise
  @inline get wholeColumns(): i32 { return word(changetype<usize>(this), 37); } // columns, likewise
  @inline get panelColumns(): i32 { return word(changetype<usize>(this), 38); } // columns of a panel: 8 or 16
  @inline get zeros(): i32 { return word(changetype<usize>(this), 39); } // bytes to a row of zeros in the thread's scratch memory
  @inline get epilogue(): i32 { return word(changetype<usize>(this), 40); } // bytes to the command of the chain that runs on each chunk; 0: none
}

@unmanaged
export class SeriesCommand {
  @inline get members(): i32 { return word(changetype<usize>(this), 8); } // commands, which come after this one
  @inline get memberList(): usize { return table(changetype<usize>(this), 9); } // of them
  @inline get values(): i32 { return word(changetype<usize>(this), 10); } // addresses of values
  @inline get locals(): i32 { return word(changetype<usize>(this), 11); } // values that nobody else reads
  @inline get localList(): usize { return table(changetype<usize>(this), 12); } // of them
}

@unmanaged
export class DepthwiseCommand {
  @inline get source(): usize { return address(changetype<usize>(this), 8); } // images, NHWC
  @inline get weights(): usize { return address(changetype<usize>(this), 11); } // [C, 1, kh, kw]
  @inline get output(): usize { return address(changetype<usize>(this), 14); } // images, NHWC
  @inline get images(): i32 { return word(changetype<usize>(this), 17); } // images
  @inline get group(): i32 { return word(changetype<usize>(this), 18); } // images per chunk
  @inline get bands(): i32 { return word(changetype<usize>(this), 19); } // bands of output rows per image
  @inline get bandRows(): i32 { return word(changetype<usize>(this), 20); } // output rows per band
  @inline get channels(): i32 { return word(changetype<usize>(this), 21); } // channels
  @inline get taps(): i32 { return word(changetype<usize>(this), 22); } // elements of a kernel
  @inline get sourceStep(): i32 { return word(changetype<usize>(this), 23); } // elements of a source image
  @inline get rows(): i32 { return word(changetype<usize>(this), 24); } // of the output
  @inline get columns(): i32 { return word(changetype<usize>(this), 25); } // of the output
  @inline get rowTaps(): usize { return table(changetype<usize>(this), 26); } // of each row: how many kernel rows meet the source; of each the bytes to its weights, and to the source row
  @inline get rowWords(): i32 { return word(changetype<usize>(this), 27); } // words of a row in it
  @inline get columnTaps(): usize { return table(changetype<usize>(this), 28); } // the same of each column
  @inline get columnWords(): i32 { return word(changetype<usize>(this), 29); } // words of a column in it
  @inline get wholeRows(): i32 { return word(changetype<usize>(this), 30); } // rows from the first to the last on which the whole of a kernel of 3 × 3 meets the source; 0: none, or another kernel
  @inline get firstRow(): i32 { return word(changetype<usize>(this), 31); } // the first of them
  @inline get wholeColumns(): i32 { return word(changetype<usize>(this), 32); } // columns, likewise
  @inline get firstColumn(): i32 { return word(changetype<usize>(this), 33); } // the first of them
  @inline get columnStep(): i32 { return word(changetype<usize>(this), 34); } // bytes of the source from one of them to the next
  @inline get epilogue(): i32 { return word(changetype<usize>(this), 35); } // bytes to the command of the chain that runs on each chunk; 0: none
}

@unmanaged
export class DepthwiseWeightsCommand {
  @inline get image(): usize { return address(changetype<usize>(this), 8); } // images, NHWC
  @inline get g(): usize { return address(changetype<usize>(this), 11); } // gradient, NHWC
  @inline get images(): i32 { return word(changetype<usize>(this), 14); } // images
  @inline get group(): i32 { return word(changetype<usize>(this), 15); } // images per chunk
  @inline get channels(): i32 { return word(changetype<usize>(this), 16); } // channels
  @inline get kernelRows(): i32 { return word(changetype<usize>(this), 17); } // of a kernel
  @inline get kernelColumns(): i32 { return word(changetype<usize>(this), 18); } // of a kernel
  @inline get height(): i32 { return word(changetype<usize>(this), 19); } // of an image
  @inline get width(): i32 { return word(changetype<usize>(this), 20); } // of an image
  @inline get rows(): i32 { return word(changetype<usize>(this), 21); } // of g
  @inline get columns(): i32 { return word(changetype<usize>(this), 22); } // of g
  @inline get strideRows(): i32 { return word(changetype<usize>(this), 23); } // image rows from one row of g to the next
  @inline get strideColumns(): i32 { return word(changetype<usize>(this), 24); } // image columns from one column of g to the next
  @inline get dilationRows(): i32 { return word(changetype<usize>(this), 25); } // image rows from one tap to the next
  @inline get paddingRows(): i32 { return word(changetype<usize>(this), 26); } // zeros above an image
  @inline get ranges(): usize { return table(changetype<usize>(this), 27); } // of each kernel column: the first column of g that meets the image, how many do, and the image column of the first
  @inline get scratch(): usize { return address(changetype<usize>(this), 28); } // scratch value
  @inline get sums(): i32 { return word(changetype<usize>(this), 31); } // bytes to the accumulators in it
  @inline get padded(): i32 { return word(changetype<usize>(this), 32); } // channels in whole vectors
}

@unmanaged
export class HalfCommand {
  @inline get total(): i32 { return word(changetype<usize>(this), 8); } // elements
  @inline get size(): i32 { return word(changetype<usize>(this), 9); } // elements per chunk
  @inline get rank(): i32 { return word(changetype<usize>(this), 10); } // axes of the input
  @inline get shape(): usize { return table(changetype<usize>(this), 11); } // of the input
  @inline get strides(): usize { return table(changetype<usize>(this), 12); } // of the input
  @inline get input(): usize { return address(changetype<usize>(this), 13); } // any strides
  @inline get output(): usize { return address(changetype<usize>(this), 16); } // float16 without gaps, from offset 0
}

@unmanaged
export class WidenCommand {
  @inline get total(): i32 { return word(changetype<usize>(this), 8); } // elements
  @inline get size(): i32 { return word(changetype<usize>(this), 9); } // elements per chunk
  @inline get rank(): i32 { return word(changetype<usize>(this), 10); } // axes of the input
  @inline get shape(): usize { return table(changetype<usize>(this), 11); } // of the input
  @inline get strides(): usize { return table(changetype<usize>(this), 12); } // of the input
  @inline get from(): usize { return halfAddress(changetype<usize>(this), 13); } // any strides
  @inline get scratch(): usize { return address(changetype<usize>(this), 16); } // scratch value
  @inline get at(): i32 { return word(changetype<usize>(this), 19); } // bytes to the float32 in it
}

@unmanaged
export class GatherCommand {
  @inline get total(): i32 { return word(changetype<usize>(this), 8); } // elements of the index
  @inline get size(): i32 { return word(changetype<usize>(this), 9); } // elements per chunk
  @inline get input(): usize { return address(changetype<usize>(this), 10); } // what is read
  @inline get halves(): usize { return halfAddress(changetype<usize>(this), 13); } // the same, where it is float16
  @inline get isHalf(): bool { return word(changetype<usize>(this), 16) != 0; } // whether it is
  @inline get index(): usize { return address(changetype<usize>(this), 17); } // int32
  @inline get output(): usize { return address(changetype<usize>(this), 20); } // dense
  @inline get rank(): i32 { return word(changetype<usize>(this), 23); } // axes of the index
  @inline get shape(): usize { return table(changetype<usize>(this), 24); } // of the index
  @inline get inputStrides(): usize { return table(changetype<usize>(this), 25); } // 0 along the gathered axis
  @inline get indexStrides(): usize { return table(changetype<usize>(this), 26); } // of the index
  @inline get length(): i32 { return word(changetype<usize>(this), 27); } // size of the gathered axis
  @inline get stride(): i32 { return word(changetype<usize>(this), 28); } // of the gathered axis
}

@unmanaged
export class ScatterAddCommand {
  @inline get total(): i32 { return word(changetype<usize>(this), 8); } // elements of the index
  @inline get outputs(): i32 { return word(changetype<usize>(this), 9); } // elements of the output
  @inline get source(): usize { return address(changetype<usize>(this), 10); } // what is added
  @inline get index(): usize { return address(changetype<usize>(this), 13); } // int32
  @inline get output(): usize { return address(changetype<usize>(this), 16); } // dense
  @inline get rank(): i32 { return word(changetype<usize>(this), 19); } // axes of the index
  @inline get shape(): usize { return table(changetype<usize>(this), 20); } // of the index
  @inline get sourceStrides(): usize { return table(changetype<usize>(this), 21); } // of the source
  @inline get indexStrides(): usize { return table(changetype<usize>(this), 22); } // of the index
  @inline get outputStrides(): usize { return table(changetype<usize>(this), 23); } // 0 along the axis
  @inline get length(): i32 { return word(changetype<usize>(this), 24); } // size of the axis
  @inline get stride(): i32 { return word(changetype<usize>(this), 25); } // of the axis in the output
}

@unmanaged
export class MatmulRowsCommand {
  @inline get m(): i32 { return word(changetype<usize>(this), 8); } // rows
  @inline get n(): i32 { return word(changetype<usize>(this), 9); } // columns
  @inline get k(): i32 { return word(changetype<usize>(this), 10); } // depth
  @inline get a(): usize { return address(changetype<usize>(this), 11); } // rows dense along k, or (columns) dense along m
  @inline get aBatch(): i32 { return word(changetype<usize>(this), 14); } // elements between two matrices of a
  @inline get aStride(): i32 { return word(changetype<usize>(this), 15); } // elements between two rows of a, or (columns) two columns
  @inline get sixRows(): i32 { return word(changetype<usize>(this), 16); } // bytes from six rows of a to the next
  @inline get b(): usize { return address(changetype<usize>(this), 17); } // packed in panels, or rows that are dense
  @inline get bAt(): i32 { return word(changetype<usize>(this), 20); } // bytes to b
  @inline get bBatch(): i32 { return word(changetype<usize>(this), 21); } // bytes between two matrices of b
  @inline get bStride(): i32 { return word(changetype<usize>(this), 22); } // bytes between two rows of b
  @inline get panelColumns(): i32 { return word(changetype<usize>(this), 23); } // columns of a panel of b: 8 or 16
  @inline get packed(): bool { return word(changetype<usize>(this), 24) != 0; } // whether rows of the last panel are as narrow as its tile
  @inline get between(): i32 { return word(changetype<usize>(this), 25); } // bytes between two panels of b
  @inline get out(): usize { return address(changetype<usize>(this), 26); } // dense
  @inline get rows(): i32 { return word(changetype<usize>(this), 29); } // a chunk
  @inline get rowChunks(): i32 { return word(changetype<usize>(this), 30); } // chunks of rows
  @inline get panels(): i32 { return word(changetype<usize>(this), 31); } // a chunk
  @inline get panelChunks(): i32 { return word(changetype<usize>(this), 32); } // chunks of panels
  @inline get epilogue(): i32 { return word(changetype<usize>(this), 33); } // bytes to the command of the chain that runs on each chunk; 0: none
}

@unmanaged
export class MaxPoolCommand {
  @inline get channels(): i32 { return word(changetype<usize>(this), 8); } // channels
  @inline get height(): i32 { return word(changetype<usize>(this), 9); } // of the images
  @inline get width(): i32 { return word(changetype<usize>(this), 10); } // of the images
  @inline get rows(): i32 { return word(changetype<usize>(this), 11); } // of windows
  @inline get columns(): i32 { return word(changetype<usize>(this), 12); } // of windows
  @inline get result(): i32 { return word(changetype<usize>(this), 13); } // what is wanted: MaxPoolResult
  @inline get input(): usize { return address(changetype<usize>(this), 14); } // images
  @inline get output(): usize { return address(changetype<usize>(this), 17); } // of the windows, or (gradient) of the images
  @inline get inputStrides(): usize { return table(changetype<usize>(this), 20); } // image, channel, row, column
  @inline get outputStrides(): usize { return table(changetype<usize>(this), 21); } // image, channel, row, column
  @inline get vertical(): usize { return table(changetype<usize>(this), 22); } // [first pixel, pixels] for each row of windows
  @inline get horizontal(): usize { return table(changetype<usize>(this), 23); } // [first pixel, pixels] for each column of windows
  @inline get dilationY(): i32 { return word(changetype<usize>(this), 24); } // pixels between two rows of a window
  @inline get dilationX(): i32 { return word(changetype<usize>(this), 25); } // pixels between two columns of a window
  @inline get g(): usize { return address(changetype<usize>(this), 26); } // gradient of the windows; the output again where there is none
  @inline get gStrides(): usize { return table(changetype<usize>(this), 29); } // image, channel, row, column
}

@unmanaged
export class MomentsCommand {
  @inline get x(): usize { return address(changetype<usize>(this), 8); } // what is reduced
  @inline get keptRank(): i32 { return word(changetype<usize>(this), 11); } // kept axes, without columns
  @inline get keptSizes(): usize { return table(changetype<usize>(this), 12); } // of the kept axes
  @inline get keptX(): usize { return table(changetype<usize>(this), 13); } // strides of the kept axes in x
  @inline get rank(): i32 { return word(changetype<usize>(this), 14); } // reduced axes
  @inline get sizes(): usize { return table(changetype<usize>(this), 15); } // of the reduced axes
  @inline get strides(): usize { return table(changetype<usize>(this), 16); } // of the reduced axes in x
  @inline get count(): i32 { return word(changetype<usize>(this), 17); } // kept elements, without columns
  @inline get keptPerChunk(): i32 { return word(changetype<usize>(this), 18); } // of them per chunk
  @inline get parts(): i32 { return word(changetype<usize>(this), 19); } // of the outermost reduced axis
  @inline get outerPerPart(): i32 { return word(changetype<usize>(this), 20); } // of its places per part
  @inline get columns(): i32 { return word(changetype<usize>(this), 21); } // outputs side by side
  @inline get output(): usize { return address(changetype<usize>(this), 22); } // rows of results
  @inline get keptOutput(): usize { return table(changetype<usize>(this), 25); } // strides of the kept axes in a row of the output
  @inline get columnStride(): i32 { return word(changetype<usize>(this), 26); } // elements between two columns of the output
  @inline get rowStride(): i32 { return word(changetype<usize>(this), 27); } // elements between two rows of the output
  @inline get partials(): i32 { return word(changetype<usize>(this), 28); } // bytes to the partial results in the scratch value; −1 if there are none
  @inline get scratch(): usize { return address(changetype<usize>(this), 29); } // scratch value
  @inline get eps(): f64 { return scalar(word(changetype<usize>(this), 32)); } // added to the variance
}

@unmanaged
export class NormSumsCommand {
  @inline get x(): usize { return address(changetype<usize>(this), 8); } // what is reduced
  @inline get keptRank(): i32 { return word(changetype<usize>(this), 11); } // kept axes, without columns
  @inline get keptSizes(): usize { return table(changetype<usize>(this), 12); } // of the kept axes
  @inline get keptX(): usize { return table(changetype<usize>(this), 13); } // strides of the kept axes in x
  @inline get rank(): i32 { return word(changetype<usize>(this), 14); } // reduced axes
  @inline get sizes(): usize { return table(changetype<usize>(this), 15); } // of the reduced axes
  @inline get strides(): usize { return table(changetype<usize>(this), 16); } // of the reduced axes in x
  @inline get count(): i32 { return word(changetype<usize>(this), 17); } // kept elements, without columns
  @inline get keptPerChunk(): i32 { return word(changetype<usize>(this), 18); } // of them per chunk
  @inline get parts(): i32 { return word(changetype<usize>(this), 19); } // of the outermost reduced axis
  @inline get outerPerPart(): i32 { return word(changetype<usize>(this), 20); } // of its places per part
  @inline get columns(): i32 { return word(changetype<usize>(this), 21); } // outputs side by side
  @inline get output(): usize { return address(changetype<usize>(this), 22); } // rows of results
  @inline get keptOutput(): usize { return table(changetype<usize>(this), 25); } // strides of the kept axes in a row of the output
  @inline get columnStride(): i32 { return word(changetype<usize>(this), 26); } // elements between two columns of the output
  @inline get rowStride(): i32 { return word(changetype<usize>(this), 27); } // elements between two rows of the output
  @inline get partials(): i32 { return word(changetype<usize>(this), 28); } // bytes to the partial results in the scratch value; −1 if there are none
  @inline get scratch(): usize { return address(changetype<usize>(this), 29); } // scratch value
  @inline get g(): usize { return address(changetype<usize>(this), 32); } // gradient, of the shape of x
  @inline get keptG(): usize { return table(changetype<usize>(this), 35); } // strides of the kept axes in g
  @inline get stridesG(): usize { return table(changetype<usize>(this), 36); } // strides of the reduced axes in g
  @inline get columnStrideG(): i32 { return word(changetype<usize>(this), 37); } // elements between two columns of g
  @inline get stats(): usize { return address(changetype<usize>(this), 38); } // rows of moments
  @inline get keptStats(): usize { return table(changetype<usize>(this), 41); } // strides of the kept axes in a row of them
  @inline get columnStrideStats(): i32 { return word(changetype<usize>(this), 42); } // elements between two columns of them
  @inline get rowStrideStats(): i32 { return word(changetype<usize>(this), 43); } // elements between two rows of them
}

@unmanaged
export class MomentsPartsCommand {
  @inline get sums(): bool { return word(changetype<usize>(this), 8) != 0; } // whether sums of normSums, else moments
  @inline get partials(): i32 { return word(changetype<usize>(this), 9); } // bytes to the partial results in the scratch value
  @inline get scratch(): usize { return address(changetype<usize>(this), 10); } // scratch value
  @inline get count(): i32 { return word(changetype<usize>(this), 13); } // results
  @inline get parts(): i32 { return word(changetype<usize>(this), 14); } // of each
  @inline get outer(): i32 { return word(changetype<usize>(this), 15); } // places of the outermost reduced axis
  @inline get outerPerPart(): i32 { return word(changetype<usize>(this), 16); } // of them per part
  @inline get each(): i32 { return word(changetype<usize>(this), 17); } // elements at each of these places
  @inline get keptRank(): i32 { return word(changetype<usize>(this), 18); } // axes of the results
  @inline get keptSizes(): usize { return table(changetype<usize>(this), 19); } // of these axes
  @inline get keptOutput(): usize { return table(changetype<usize>(this), 20); } // their strides
  @inline get output(): usize { return address(changetype<usize>(this), 21); } // rows of results
  @inline get rowStride(): i32 { return word(changetype<usize>(this), 24); } // elements between two rows of the output
  @inline get eps(): f64 { return scalar(word(changetype<usize>(this), 25)); } // added to the variance
}

@unmanaged
export class PackPanelsCommand {
  @inline get columns(): i32 { return word(changetype<usize>(this), 8); } // columns
  @inline get taps(): i32 { return word(changetype<usize>(this), 9); } // taps
  @inline get length(): i32 { return word(changetype<usize>(this), 10); } // rows per tap
  @inline get source(): usize { return address(changetype<usize>(this), 11); } // the matrix
  @inline get offsets(): usize { return table(changetype<usize>(this), 14); } // of the taps, in elements
  @inline get inner(): i32 { return word(changetype<usize>(this), 15); } // elements between two rows of a tap
  @inline get across(): i32 { return word(changetype<usize>(this), 16); } // elements between two columns
  @inline get scratch(): usize { return address(changetype<usize>(this), 17); } // scratch value
  @inline get at(): i32 { return word(changetype<usize>(this), 20); } // bytes to the panels in it
  @inline get panelColumns(): i32 { return word(changetype<usize>(this), 21); } // columns of a panel: 8 or 16
  @inline get group(): i32 { return word(changetype<usize>(this), 22); } // panels per chunk
  @inline get panels(): i32 { return word(changetype<usize>(this), 23); } // panels
  @inline get batchStride(): i32 { return word(changetype<usize>(this), 24); } // elements between two matrices
  @inline get batchBytes(): i32 { return word(changetype<usize>(this), 25); } // bytes between the panels of two matrices
  @inline get whole(): i32 { return word(changetype<usize>(this), 26); } // taps of a kernel that lie next to each other (or 0): row (tap, i) of a column then lies at i · taps + tap
  @inline get kernel(): i32 { return word(changetype<usize>(this), 27); } // the same of a kernel whose taps may be in another order, and each row further from the next; 0: not
  @inline get places(): usize { return table(changetype<usize>(this), 28); } // of its taps in their order: each one's first row
}

@unmanaged
export class PackRowsCommand {
  @inline get rows(): i32 { return word(changetype<usize>(this), 8); } // a matrix
  @inline get k(): i32 { return word(changetype<usize>(this), 9); } // columns
  @inline get size(): i32 { return word(changetype<usize>(this), 10); } // rows per chunk
  @inline get source(): usize { return address(changetype<usize>(this), 11); } // the matrix
  @inline get batchStride(): i32 { return word(changetype<usize>(this), 14); } // elements between two matrices
  @inline get rowStride(): i32 { return word(changetype<usize>(this), 15); } // elements between two rows
  @inline get columnStride(): i32 { return word(changetype<usize>(this), 16); } // elements between two columns
  @inline get scratch(): usize { return address(changetype<usize>(this), 17); } // scratch value
  @inline get at(): i32 { return word(changetype<usize>(this), 20); } // bytes to the rows in it
  @inline get batch(): i32 { return word(changetype<usize>(this), 21); } // matrices
}

@unmanaged
export class PackStripsCommand {
  @inline get k(): i32 { return word(changetype<usize>(this), 8); } // rows
  @inline get group(): i32 { return word(changetype<usize>(this), 9); } // strips of 6 columns a chunk
  @inline get strips(): i32 { return word(changetype<usize>(this), 10); } // strips
  @inline get source(): usize { return address(changetype<usize>(this), 11); } // the matrix, its rows dense
  @inline get batchStride(): i32 { return word(changetype<usize>(this), 14); } // elements between two matrices
  @inline get stride(): i32 { return word(changetype<usize>(this), 15); } // elements between two rows
  @inline get scratch(): usize { return address(changetype<usize>(this), 16); } // scratch value
  @inline get at(): i32 { return word(changetype<usize>(this), 19); } // bytes to the strips in it
}

@unmanaged
export class PackHalvesCommand {
  @inline get columns(): i32 { return word(changetype<usize>(this), 8); } // columns
  @inline get length(): i32 { return word(changetype<usize>(this), 9); } // rows
  @inline get source(): usize { return halfAddress(changetype<usize>(this), 10); } // the matrix
  @inline get across(): i32 { return word(changetype<usize>(this), 13); } // elements between two columns
  @inline get scratch(): usize { return address(changetype<usize>(this), 14); } // scratch value
  @inline get at(): i32 { return word(changetype<usize>(this), 17); } // bytes to the panels in it
  @inline get panelColumns(): i32 { return word(changetype<usize>(this), 18); } // columns of a panel: 8 or 16
  @inline get group(): i32 { return word(changetype<usize>(this), 19); } // panels per chunk
  @inline get panels(): i32 { return word(changetype<usize>(this), 20); } // panels
  @inline get batchStride(): i32 { return word(changetype<usize>(this), 21); } // elements between two matrices
  @inline get batchBytes(): i32 { return word(changetype<usize>(this), 22); } // bytes between the panels of two matrices
}

@unmanaged
export class PointwiseCommand {
  @inline get total(): i32 { return word(changetype<usize>(this), 8); } // elements
  @inline get size(): i32 { return word(changetype<usize>(this), 9); } // elements per chunk
  @inline get rank(): i32 { return word(changetype<usize>(this), 10); } // axes of the step
  @inline get shape(): usize { return table(changetype<usize>(this), 11); } // of the step
  @inline get lists(): usize { return table(changetype<usize>(this), 12); } // the lists
  @inline get slots(): i32 { return word(changetype<usize>(this), 13); } // blocks of scratch memory
  @inline get directs(): i32 { return word(changetype<usize>(this), 14); } // dense operands
  @inline get patterns(): i32 { return word(changetype<usize>(this), 15); } // operands that repeat, and what is made of them once a chunk
  @inline get made(): i32 { return word(changetype<usize>(this), 16); } // how many of them are made, the last ones
  @inline get gathers(): i32 { return word(changetype<usize>(this), 17); } // other operands that are read
  @inline get fills(): i32 { return word(changetype<usize>(this), 18); } // constants
  @inline get once(): i32 { return word(changetype<usize>(this), 19); } // instructions that run once a chunk
  @inline get period(): i32 { return word(changetype<usize>(this), 20); } // elements after which what they make repeats; 0 if there are none
  @inline get instructions(): i32 { return word(changetype<usize>(this), 21); } // instructions that run for each block
  @inline get stores(): i32 { return word(changetype<usize>(this), 22); } // registers that are copied out
  @inline get statistics(): i32 { return word(changetype<usize>(this), 23); } // bytes to the command of the statistics of each chunk's result; 0: none
}

@unmanaged
export class AvgPoolCommand {
  @inline get channels(): i32 { return word(changetype<usize>(this), 8); } // channels
  @inline get height(): i32 { return word(changetype<usize>(this), 9); } // of the images
  @inline get width(): i32 { return word(changetype<usize>(this), 10); } // of the images
  @inline get rows(): i32 { return word(changetype<usize>(this), 11); } // of windows
  @inline get columns(): i32 { return word(changetype<usize>(this), 12); } // of windows
  @inline get input(): usize { return address(changetype<usize>(this), 13); } // images, or (gradient) windows
  @inline get output(): usize { return address(changetype<usize>(this), 16); } // windows, or (gradient) images
  @inline get inputStrides(): usize { return table(changetype<usize>(this), 19); } // image, channel, row, column
  @inline get outputStrides(): usize { return table(changetype<usize>(this), 20); } // image, channel, row, column
  @inline get vertical(): usize { return table(changetype<usize>(this), 21); } // [first, last, divisor's part] for each row of windows
  @inline get horizontal(): usize { return table(changetype<usize>(this), 22); } // [first, last, divisor's part] for each column of windows
}

@unmanaged
export class ReducePartsCommand {
  @inline get kind(): i32 { return word(changetype<usize>(this), 8); } // what is reduced: Reduction
  @inline get output(): usize { return address(changetype<usize>(this), 9); } // results
  @inline get partials(): i32 { return word(changetype<usize>(this), 12); } // bytes to the partial results in the scratch value
  @inline get count(): i32 { return word(changetype<usize>(this), 13); } // results
  @inline get parts(): i32 { return word(changetype<usize>(this), 14); } // of each
  @inline get keptRank(): i32 { return word(changetype<usize>(this), 15); } // axes of the results
  @inline get keptSizes(): usize { return table(changetype<usize>(this), 16); } // of these axes
  @inline get keptOutput(): usize { return table(changetype<usize>(this), 17); } // their strides
  @inline get scratch(): usize { return address(changetype<usize>(this), 18); } // scratch value
}

@unmanaged
export class ReduceRowsCommand {
  @inline get kind(): i32 { return word(changetype<usize>(this), 8); } // what is reduced: Reduction
  @inline get input(): usize { return address(changetype<usize>(this), 9); } // float32, int32 or bool
  @inline get output(): usize { return address(changetype<usize>(this), 12); } // results
  @inline get partials(): i32 { return word(changetype<usize>(this), 15); } // bytes to the partial results in the scratch value; −1 if there are none
  @inline get keptRank(): i32 { return word(changetype<usize>(this), 16); } // kept axes, without columns
  @inline get keptSizes(): usize { return table(changetype<usize>(this), 17); } // of the kept axes
  @inline get keptInput(): usize { return table(changetype<usize>(this), 18); } // strides of the kept axes in the input
  @inline get keptOutput(): usize { return table(changetype<usize>(this), 19); } // strides of the kept axes in the output
  @inline get rank(): i32 { return word(changetype<usize>(this), 20); } // reduced axes
  @inline get sizes(): usize { return table(changetype<usize>(this), 21); } // of the reduced axes
  @inline get strides(): usize { return table(changetype<usize>(this), 22); } // of the reduced axes
  @inline get count(): i32 { return word(changetype<usize>(this), 23); } // kept elements, without columns
  @inline get keptPerChunk(): i32 { return word(changetype<usize>(this), 24); } // of them per chunk
  @inline get parts(): i32 { return word(changetype<usize>(this), 25); } // of the outermost reduced axis
  @inline get outerPerPart(): i32 { return word(changetype<usize>(this), 26); } // of its places per part
  @inline get columns(): i32 { return word(changetype<usize>(this), 27); } // outputs side by side
  @inline get columnStride(): i32 { return word(changetype<usize>(this), 28); } // elements between two of them in the output
  @inline get scratch(): usize { return address(changetype<usize>(this), 29); } // scratch value
}

@unmanaged
export class CumsumCommand {
  @inline get input(): usize { return address(changetype<usize>(this), 8); } // float32 or int32
  @inline get output(): usize { return address(changetype<usize>(this), 11); } // dense
  @inline get isFloat(): bool { return word(changetype<usize>(this), 14) != 0; } // whether the elements are float32
  @inline get reverse(): bool { return word(changetype<usize>(this), 15) != 0; } // whether the sums run from the end
  @inline get lines(): i32 { return word(changetype<usize>(this), 16); } // runs of the axis
  @inline get linesPerChunk(): i32 { return word(changetype<usize>(this), 17); } // of them
  @inline get rank(): i32 { return word(changetype<usize>(this), 18); } // axes
  @inline get sizes(): usize { return table(changetype<usize>(this), 19); } // of the axes, 1 for that of the sums
  @inline get inputStrides(): usize { return table(changetype<usize>(this), 20); } // of the axes
  @inline get outputStrides(): usize { return table(changetype<usize>(this), 21); } // of the axes
  @inline get length(): i32 { return word(changetype<usize>(this), 22); } // of a line
  @inline get inputStride(): i32 { return word(changetype<usize>(this), 23); } // between the elements of a line
  @inline get outputStride(): i32 { return word(changetype<usize>(this), 24); } // between the sums of a line
}

@unmanaged
export class AnyOtherCommand {
  @inline get kind(): i32 { return word(changetype<usize>(this), 8); } // what is reduced: Reduction
  @inline get input(): usize { return address(changetype<usize>(this), 9); } // float32, int32 or bool
  @inline get output(): usize { return address(changetype<usize>(this), 12); } // results
  @inline get partials(): i32 { return word(changetype<usize>(this), 15); } // bytes to the partial results in the scratch value; −1 if there are none
  @inline get keptRank(): i32 { return word(changetype<usize>(this), 16); } // kept axes, without columns
  @inline get keptSizes(): usize { return table(changetype<usize>(this), 17); } // of the kept axes
  @inline get keptInput(): usize { return table(changetype<usize>(this), 18); } // strides of the kept axes in the input
  @inline get keptOutput(): usize { return table(changetype<usize>(this), 19); } // strides of the kept axes in the output
  @inline get rank(): i32 { return word(changetype<usize>(this), 20); } // reduced axes
  @inline get sizes(): usize { return table(changetype<usize>(this), 21); } // of the reduced axes
  @inline get strides(): usize { return table(changetype<usize>(this), 22); } // of the reduced axes
  @inline get count(): i32 { return word(changetype<usize>(this), 23); } // kept elements, without columns
  @inline get keptPerChunk(): i32 { return word(changetype<usize>(this), 24); } // of them per chunk
  @inline get parts(): i32 { return word(changetype<usize>(this), 25); } // of the outermost reduced axis
  @inline get outerPerPart(): i32 { return word(changetype<usize>(this), 26); } // of its places per part
  @inline get columns(): i32 { return word(changetype<usize>(this), 27); } // outputs side by side
  @inline get columnStride(): i32 { return word(changetype<usize>(this), 28); } // elements between two of them in the output
  @inline get scratch(): usize { return address(changetype<usize>(this), 29); } // scratch value
  @inline get rest(): f64 { return scalar(word(changetype<usize>(this), 32)); } // what does not count
}

@unmanaged
export class SoftmaxCommand {
  @inline get rows(): i32 { return word(changetype<usize>(this), 8); } // rows of logits
  @inline get columns(): i32 { return word(changetype<usize>(this), 9); } // classes
  @inline get size(): i32 { return word(changetype<usize>(this), 10); } // rows per chunk
  @inline get input(): usize { return address(changetype<usize>(this), 11); } // logits [rows, columns]
  @inline get output(): usize { return address(changetype<usize>(this), 14); } // [rows, columns]
}

@unmanaged
export class CrossEntropyCommand {
  @inline get rows(): i32 { return word(changetype<usize>(this), 8); } // rows of logits
  @inline get columns(): i32 { return word(changetype<usize>(this), 9); } // classes
  @inline get size(): i32 { return word(changetype<usize>(this), 10); } // rows per chunk
  @inline get logits(): usize { return address(changetype<usize>(this), 11); } // [rows, columns]
  @inline get labels(): usize { return address(changetype<usize>(this), 14); } // [rows], int32
  @inline get labelStride(): i32 { return word(changetype<usize>(this), 17); } // elements between two labels
  @inline get output(): usize { return address(changetype<usize>(this), 18); } // losses [rows]
}

@unmanaged
export class CrossEntropyGradCommand {
  @inline get rows(): i32 { return word(changetype<usize>(this), 8); } // rows of logits
  @inline get columns(): i32 { return word(changetype<usize>(this), 9); } // classes
  @inline get size(): i32 { return word(changetype<usize>(this), 10); } // rows per chunk
  @inline get logits(): usize { return address(changetype<usize>(this), 11); } // [rows, columns]
  @inline get labels(): usize { return address(changetype<usize>(this), 14); } // [rows], int32
  @inline get labelStride(): i32 { return word(changetype<usize>(this), 17); } // elements between two labels
  @inline get g(): usize { return address(changetype<usize>(this), 18); } // gradient of each loss [rows]
  @inline get gStride(): i32 { return word(changetype<usize>(this), 21); } // elements between two gradients
  @inline get output(): usize { return address(changetype<usize>(this), 22); } // [rows, columns]
}

@unmanaged
export class CrossEntropyBothCommand {
  @inline get rows(): i32 { return word(changetype<usize>(this), 8); } // rows of logits
  @inline get columns(): i32 { return word(changetype<usize>(this), 9); } // classes
  @inline get size(): i32 { return word(changetype<usize>(this), 10); } // rows per chunk
  @inline get logits(): usize { return address(changetype<usize>(this), 11); } // [rows, columns]
  @inline get labels(): usize { return address(changetype<usize>(this), 14); } // [rows], int32
  @inline get labelStride(): i32 { return word(changetype<usize>(this), 17); } // elements between two labels
  @inline get losses(): usize { return address(changetype<usize>(this), 18); } // [rows]
  @inline get g(): usize { return address(changetype<usize>(this), 21); } // gradient of each loss [rows]
  @inline get gStride(): i32 { return word(changetype<usize>(this), 24); } // elements between two gradients
  @inline get output(): usize { return address(changetype<usize>(this), 25); } // [rows, columns]
}

@unmanaged
export class ArgsortCommand {
  @inline get input(): usize { return address(changetype<usize>(this), 8); } // [rows, n]
  @inline get output(): usize { return address(changetype<usize>(this), 11); } // dense
  @inline get rows(): i32 { return word(changetype<usize>(this), 14); } // of the input
  @inline get rowsPerChunk(): i32 { return word(changetype<usize>(this), 15); } // rows
  @inline get length(): i32 { return word(changetype<usize>(this), 16); } // elements of a row
  @inline get rowStride(): i32 { return word(changetype<usize>(this), 17); } // of the input
  @inline get stride(): i32 { return word(changetype<usize>(this), 18); } // of the input
  @inline get isFloat(): bool { return word(changetype<usize>(this), 19) != 0; } // else whole numbers
  @inline get descending(): bool { return word(changetype<usize>(this), 20) != 0; } // the largest first
  @inline get scratch(): usize { return address(changetype<usize>(this), 21); } // scratch value
  @inline get at(): i32 { return word(changetype<usize>(this), 24); } // bytes to the entries in the scratch value: two buffers of n for each chunk
}

@unmanaged
export class RandomCommand {
  @inline get total(): i32 { return word(changetype<usize>(this), 8); } // elements
  @inline get size(): i32 { return word(changetype<usize>(this), 9); } // elements per chunk, a multiple of 4
  @inline get normal(): bool { return word(changetype<usize>(this), 10) != 0; } // whether normal, else uniform
  @inline get output(): usize { return address(changetype<usize>(this), 11); } // dense
  @inline get seedLow(): f64 { return scalar(word(changetype<usize>(this), 14)); } // unsigned 32 bits
  @inline get seedHigh(): f64 { return scalar(word(changetype<usize>(this), 15)); } // unsigned 32 bits
  @inline get counterLow(): f64 { return scalar(word(changetype<usize>(this), 16)); } // unsigned 32 bits
  @inline get counterHigh(): f64 { return scalar(word(changetype<usize>(this), 17)); } // unsigned 32 bits
}

@unmanaged
export class RandintCommand {
  @inline get total(): i32 { return word(changetype<usize>(this), 8); } // elements
  @inline get size(): i32 { return word(changetype<usize>(this), 9); } // elements per chunk
  @inline get output(): usize { return address(changetype<usize>(this), 10); } // dense, int32
  @inline get seedLow(): f64 { return scalar(word(changetype<usize>(this), 13)); } // unsigned 32 bits
  @inline get seedHigh(): f64 { return scalar(word(changetype<usize>(this), 14)); } // unsigned 32 bits
  @inline get counterLow(): f64 { return scalar(word(changetype<usize>(this), 15)); } // unsigned 32 bits
  @inline get counterHigh(): f64 { return scalar(word(changetype<usize>(this), 16)); } // unsigned 32 bits
  @inline get low(): f64 { return scalar(word(changetype<usize>(this), 17)); } // the smallest number
  @inline get span(): f64 { return scalar(word(changetype<usize>(this), 18)); } // how much larger the largest is
}

@unmanaged
export class ArangeCommand {
  @inline get total(): i32 { return word(changetype<usize>(this), 8); } // elements
  @inline get size(): i32 { return word(changetype<usize>(this), 9); } // elements per chunk
  @inline get kind(): i32 { return word(changetype<usize>(this), 10); } // type: Range
  @inline get output(): usize { return address(changetype<usize>(this), 11); } // dense
  @inline get start(): f64 { return scalar(word(changetype<usize>(this), 14)); } // first number
  @inline get step(): f64 { return scalar(word(changetype<usize>(this), 15)); } // from one to the next
}

@unmanaged
export class HistogramCommand {
  @inline get total(): i32 { return word(changetype<usize>(this), 8); } // elements
  @inline get size(): i32 { return word(changetype<usize>(this), 9); } // elements per chunk
  @inline get input(): usize { return address(changetype<usize>(this), 10); } // float32
  @inline get bins(): i32 { return word(changetype<usize>(this), 13); } // bins
  @inline get min(): f64 { return scalar(word(changetype<usize>(this), 14)); } // lower edge of the first bin
  @inline get max(): f64 { return scalar(word(changetype<usize>(this), 15)); } // upper edge of the last bin
  @inline get rank(): i32 { return word(changetype<usize>(this), 16); } // axes
  @inline get shape(): usize { return table(changetype<usize>(this), 17); } // of the input
  @inline get strides(): usize { return table(changetype<usize>(this), 18); } // of the input
  @inline get scratch(): usize { return address(changetype<usize>(this), 19); } // scratch value
  @inline get partials(): i32 { return word(changetype<usize>(this), 22); } // bytes to the chunks' counts in it, int32
}

@unmanaged
export class HistogramPartsCommand {
  @inline get bins(): i32 { return word(changetype<usize>(this), 8); } // bins
  @inline get parts(): i32 { return word(changetype<usize>(this), 9); } // chunks
  @inline get output(): usize { return address(changetype<usize>(this), 10); } // [bins]
  @inline get scratch(): usize { return address(changetype<usize>(this), 13); } // scratch value
  @inline get partials(): i32 { return word(changetype<usize>(this), 16); } // bytes to the chunks' counts in it
}

@unmanaged
export class StatisticsCommand {
  @inline get total(): i32 { return word(changetype<usize>(this), 8); } // elements
  @inline get size(): i32 { return word(changetype<usize>(this), 9); } // elements per chunk
  @inline get input(): usize { return address(changetype<usize>(this), 10); } // float32
  @inline get bins(): i32 { return word(changetype<usize>(this), 13); } // bins
  @inline get min(): f64 { return scalar(word(changetype<usize>(this), 14)); } // lower edge of the first bin
  @inline get max(): f64 { return scalar(word(changetype<usize>(this), 15)); } // upper edge of the last bin
  @inline get absolute(): bool { return word(changetype<usize>(this), 16) != 0; } // whether |x| is counted
  @inline get rank(): i32 { return word(changetype<usize>(this), 17); } // axes; 0 for a dense input
  @inline get shape(): usize { return table(changetype<usize>(this), 18); } // of the input
  @inline get strides(): usize { return table(changetype<usize>(this), 19); } // of the input
  @inline get scratch(): usize { return address(changetype<usize>(this), 20); } // scratch value
  @inline get partials(): i32 { return word(changetype<usize>(this), 23); } // bytes to the chunks' results in it
  @inline get bytes(): i32 { return word(changetype<usize>(this), 24); } // of one chunk's results
}

@unmanaged
export class StatisticsPartsCommand {
  @inline get total(): i32 { return word(changetype<usize>(this), 8); } // elements
  @inline get bins(): i32 { return word(changetype<usize>(this), 9); } // bins
  @inline get parts(): i32 { return word(changetype<usize>(this), 10); } // chunks
  @inline get output(): usize { return address(changetype<usize>(this), 11); } // [6 + bins]
  @inline get scratch(): usize { return address(changetype<usize>(this), 14); } // scratch value
  @inline get partials(): i32 { return word(changetype<usize>(this), 17); } // bytes to the chunks' results in it
  @inline get bytes(): i32 { return word(changetype<usize>(this), 18); } // of one chunk's results
}

@unmanaged
export class WeightTilesCommand {
  @inline get image(): usize { return address(changetype<usize>(this), 8); } // images, NHWC
  @inline get images(): i32 { return word(changetype<usize>(this), 11); } // images
  @inline get height(): i32 { return word(changetype<usize>(this), 12); } // of an image
  @inline get width(): i32 { return word(changetype<usize>(this), 13); } // of an image
  @inline get depth(): i32 { return word(changetype<usize>(this), 14); } // channels of an image
  @inline get strideRows(): i32 { return word(changetype<usize>(this), 15); } // rows of the image from one output row to the next
  @inline get strideColumns(): i32 { return word(changetype<usize>(this), 16); } // the same of columns
  @inline get pixels(): usize { return address(changetype<usize>(this), 17); } // gradient of the outputs, NHWC
  @inline get outputRows(): i32 { return word(changetype<usize>(this), 20); } // of it
  @inline get outputColumns(): i32 { return word(changetype<usize>(this), 21); } // of it
  @inline get channels(): i32 { return word(changetype<usize>(this), 22); } // of it
  @inline get group(): i32 { return word(changetype<usize>(this), 23); } // images per unit
  @inline get bands(): i32 { return word(changetype<usize>(this), 24); } // units per image
  @inline get bandRows(): i32 { return word(changetype<usize>(this), 25); } // output rows of one
  @inline get units(): i32 { return word(changetype<usize>(this), 26); } // groups of images, or bands of them
  @inline get unitsPerPart(): i32 { return word(changetype<usize>(this), 27); } // units whose sums are added up in one part
  @inline get parts(): i32 { return word(changetype<usize>(this), 28); } // parts
  @inline get columns(): i32 { return word(changetype<usize>(this), 29); } // output channels a chunk; chunks run over the parts first, then over these, then over the input channels, then over the taps
  @inline get columnChunks(): i32 { return word(changetype<usize>(this), 30); } // chunks of them
  @inline get chunkDepth(): i32 { return word(changetype<usize>(this), 31); } // input channels a chunk, whole strips of six
  @inline get depthChunks(): i32 { return word(changetype<usize>(this), 32); } // chunks of them
  @inline get panelColumns(): i32 { return word(changetype<usize>(this), 33); } // columns of a tile at most: 8 or 16
  @inline get scratch(): usize { return address(changetype<usize>(this), 34); } // scratch value
  @inline get sums(): i32 { return word(changetype<usize>(this), 37); } // bytes to the parts' accumulators in it
  @inline get rows(): i32 { return word(changetype<usize>(this), 38); } // rows of accumulators
  @inline get padded(): i32 { return word(changetype<usize>(this), 39); } // output channels in whole vectors
  @inline get groups(): i32 { return word(changetype<usize>(this), 40); } // of taps that a chunk takes, one after the other
  @inline get groupList(): usize { return table(changetype<usize>(this), 41); } // rows of groups of taps
  @inline get finished(): bool { return word(changetype<usize>(this), 42) != 0; } // whether a chunk has all that belongs to its weights: it then keeps its accumulators, and writes the weights itself
  @inline get taps(): i32 { return word(changetype<usize>(this), 43); } // of a weight
  @inline get output(): usize { return address(changetype<usize>(this), 44); } // weights, [O, C, kh, kw]
}

@unmanaged
export class WinogradCommand {
  @inline get image(): usize { return address(changetype<usize>(this), 8); } // source images, NHWC
  @inline get images(): i32 { return word(changetype<usize>(this), 11); } // images
  @inline get group(): i32 { return word(changetype<usize>(this), 12); } // images per unit
  @inline get bands(): i32 { return word(changetype<usize>(this), 13); } // bands of rows of tiles per image
  @inline get bandRows(): i32 { return word(changetype<usize>(this), 14); } // rows of tiles per band
  @inline get height(): i32 { return word(changetype<usize>(this), 15); } // of the source
  @inline get width(): i32 { return word(changetype<usize>(this), 16); } // of the source
  @inline get groups(): i32 { return word(changetype<usize>(this), 17); } // groups of channels
  @inline get depth(): i32 { return word(changetype<usize>(this), 18); } // channels of a group of the source, a multiple of 8
  @inline get above(): i32 { return word(changetype<usize>(this), 19); } // zeros above an image; negative: rows cut off
  @inline get left(): i32 { return word(changetype<usize>(this), 20); } // zeros to the left of it; negative: columns cut off
  @inline get output(): usize { return address(changetype<usize>(this), 21); } // images, NHWC
  @inline get rows(): i32 { return word(changetype<usize>(this), 24); } // of the output
  @inline get columns(): i32 { return word(changetype<usize>(this), 25); } // of the output
  @inline get channels(): i32 { return word(changetype<usize>(this), 26); } // of a group of the output, a multiple of 8
  @inline get panelColumns(): i32 { return word(changetype<usize>(this), 27); } // columns of a panel of weights: 8 or 16
  @inline get scratch(): usize { return address(changetype<usize>(this), 28); } // scratch value
  @inline get weights(): i32 { return word(changetype<usize>(this), 31); } // bytes to the transformed weights in it
  @inline get groupBytes(): i32 { return word(changetype<usize>(this), 32); } // bytes from one group's to the next's
  @inline get tilesAt(): i32 { return word(changetype<usize>(this), 33); } // bytes to the transformed tiles in a thread's scratch memory
  @inline get tileStep(): i32 { return word(changetype<usize>(this), 34); } // bytes from one of their 16 matrices to the next
  @inline get productsAt(): i32 { return word(changetype<usize>(this), 35); } // bytes to the products in a thread's scratch memory
  @inline get units(): i32 { return word(changetype<usize>(this), 36); } // groups of images, or bands of them
  @inline get panels(): i32 { return word(changetype<usize>(this), 37); } // panels of channels a chunk; chunks run over the units first, then over the panels
  @inline get epilogue(): i32 { return word(changetype<usize>(this), 38); } // bytes to the command of the chain that runs on each chunk; 0: none
}

@unmanaged
export class WinogradWeightsCommand {
  @inline get depth(): i32 { return word(changetype<usize>(this), 8); } // input channels of a group
  @inline get channels(): i32 { return word(changetype<usize>(this), 9); } // output channels of a group
  @inline get panelColumns(): i32 { return word(changetype<usize>(this), 10); } // columns of a panel: 8 or 16
  @inline get scratch(): usize { return address(changetype<usize>(this), 11); } // scratch value
  @inline get packed(): i32 { return word(changetype<usize>(this), 14); } // bytes to the packed weights in it
  @inline get weights(): i32 { return word(changetype<usize>(this), 15); } // bytes to the transformed ones
}

@unmanaged
export class WinogradGradCommand {
  @inline get image(): usize { return address(changetype<usize>(this), 8); } // source images, NHWC
  @inline get images(): i32 { return word(changetype<usize>(this), 11); } // images
  @inline get group(): i32 { return word(changetype<usize>(this), 12); } // images per unit
  @inline get bands(): i32 { return word(changetype<usize>(this), 13); } // bands of rows of tiles per image
  @inline get bandRows(): i32 { return word(changetype<usize>(this), 14); } // rows of tiles per band
  @inline get height(): i32 { return word(changetype<usize>(this), 15); } // of the source
  @inline get width(): i32 { return word(changetype<usize>(this), 16); } // of the source
  @inline get above(): i32 { return word(changetype<usize>(this), 17); } // zeros above an image
  @inline get left(): i32 { return word(changetype<usize>(this), 18); } // zeros to the left of it
  @inline get pixels(): usize { return address(changetype<usize>(this), 19); } // gradient of the outputs, NHWC
  @inline get rows(): i32 { return word(changetype<usize>(this), 22); } // of it
  @inline get columns(): i32 { return word(changetype<usize>(this), 23); } // of it
  @inline get groups(): i32 { return word(changetype<usize>(this), 24); } // groups of channels
  @inline get depth(): i32 { return word(changetype<usize>(this), 25); } // channels of a group of the source, a multiple of 8
  @inline get channels(): i32 { return word(changetype<usize>(this), 26); } // of a group of the gradient, a multiple of 8
  @inline get panelColumns(): i32 { return word(changetype<usize>(this), 27); } // columns of a tile at most: 8 or 16
  @inline get tilesAt(): i32 { return word(changetype<usize>(this), 28); } // bytes to the transformed tiles in a thread's scratch memory
  @inline get tileStep(): i32 { return word(changetype<usize>(this), 29); } // bytes from one of their 16 matrices to the next
  @inline get gAt(): i32 { return word(changetype<usize>(this), 30); } // bytes to the transformed gradients in it
  @inline get gStep(): i32 { return word(changetype<usize>(this), 31); } // bytes from one of their 16 matrices to the next
  @inline get units(): i32 { return word(changetype<usize>(this), 32); } // groups of images, or bands of them
  @inline get unitsPerPart(): i32 { return word(changetype<usize>(this), 33); } // units whose sums are added up in one part; chunks are parts
  @inline get scratch(): usize { return address(changetype<usize>(this), 34); } // scratch value
  @inline get sums(): i32 { return word(changetype<usize>(this), 37); } // bytes to the parts' sums in it
}

@unmanaged
export class WinogradPartsCommand {
  @inline get groups(): i32 { return word(changetype<usize>(this), 8); } // groups of channels
  @inline get depth(): i32 { return word(changetype<usize>(this), 9); } // input channels of a group
  @inline get channels(): i32 { return word(changetype<usize>(this), 10); } // output channels of a group
  @inline get parts(): i32 { return word(changetype<usize>(this), 11); } // parts that were summed apart
  @inline get scratch(): usize { return address(changetype<usize>(this), 12); } // scratch value
  @inline get sums(): i32 { return word(changetype<usize>(this), 15); } // bytes to their sums in it
  @inline get output(): usize { return address(changetype<usize>(this), 16); } // weights, [O, C, 3, 3]
}
