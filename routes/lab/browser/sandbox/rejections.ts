import type { Remark } from "../../view/ran.ts";
import { programLines, type Running, textOf } from "./endings.ts";
import { lineAt, mask } from "./mask.ts";

const PROMISES = /\basync\b|\bPromise\b/;

/** Whether a program has promises of its own, so that one may be rejected. */
export function mayReject(source: string): boolean {
  return PROMISES.test(mask(source));
}

/** What to say of an unhandled rejection. */
export function rejectionOf(reason: unknown, program: Running): Remark {
  const code = mask(program.source);
  const line = linesOf(reason, program)[0] ?? lineAt(code, code.search(PROMISES));
  const text = `A promise was rejected, and nothing handles that: ${textOf(reason)}.`;
  return { line, text };
}

function linesOf(reason: unknown, program: Running): number[] {
  try {
    const { stack } = reason as Error;
    return typeof stack === "string" ? programLines(stack, program) : [];
  } catch {
    return [];
  }
}
