/** No thread draws garments ahead in a page: they are drawn when they are asked for. */
export function drawInBackground(): () => void {
  return () => {};
}
