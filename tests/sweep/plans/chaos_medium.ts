import { steady } from "./steady.ts";

export default steady("chaos-medium", 12, 6);
