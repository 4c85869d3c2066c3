import { steady } from "./steady.ts";

export default steady("chaos-small", 6, 5);
