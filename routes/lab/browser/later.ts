// What the first view does without. Once it is here, the page does without the server.
export { Choosing } from "./choosing.ts";
export { LiveRun } from "./source.ts";
export { copy, offer } from "./taking.ts";
