import type { Asked, Explored } from "../view/ran.ts";

/** A program as a test. */
export function toTest({ source }: Asked, _explored?: Explored): string {
  return source;
}
