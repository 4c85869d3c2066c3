import { steady } from "./steady.ts";

export default steady("chaos", 20, 10);
