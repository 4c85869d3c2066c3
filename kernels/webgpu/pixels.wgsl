// Where the pixels of the results of pooling kernels lie; appended to their text.
//
// Parameters: channels; input, output, and their strides (n, c, y, x), named inputN … outputX.

// One pixel of one channel of [N, C, H, W].
struct Pixel {
  image: u32,
  channel: u32,
  y: u32,
  x: u32,
}

// The i-th element, row-major, of images of this height and width.
fn pixelOf(i: u32, height: u32, width: u32) -> Pixel {
  return Pixel(
    i / (width * height * p.channels),
    (i / (width * height)) % p.channels,
    (i / width) % height,
    i % width,
  );
}

// First word of the input's plane of this image and channel.
fn inputPlane(pixel: Pixel) -> u32 {
  return p.input + pixel.image * p.inputN + pixel.channel * p.inputC;
}

// The output's word for this pixel.
fn outputWord(pixel: Pixel) -> u32 {
  return p.output + pixel.image * p.outputN + pixel.channel * p.outputC + pixel.y * p.outputY + pixel.x * p.outputX;
}
