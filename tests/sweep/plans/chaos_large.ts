import { steady } from "./steady.ts";

export default steady("chaos-large", 30, 20);
