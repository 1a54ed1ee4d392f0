import type { Ending } from "../../view/ran.ts";
import { type Running, textOf } from "./endings.ts";
import { notJavaScript } from "./not-javascript.ts";
import { LIBRARY, NAMES } from "./scope.ts";
import { wrap } from "./wrap.ts";

/** A program that can be run. */
export interface Program extends Running {
  /** Whether it runs itself, by a call of `run` or `simulate`. */
  isScript: boolean;
  /** Begins it anew, with all its state, and returns its `main`, whatever that is. */
  make(scope: Readonly<Record<string, unknown>>): unknown;
}

/** What is wrong with a script, and in which line. */
export interface Mistake {
  message: string;
  line?: number | undefined;
}

/** The host's way to make a text a script. */
export interface Scripts {
  /** Gives a script an address. */
  add(script: string): string;
  /** Takes the address back, when the script has been loaded. */
  remove(url: string): void;
  /** Finds what is wrong with a script, without running it. */
  check(script: string): Promise<Mistake | undefined>;
}

/**
 * Makes a program of its text.
 *
 * @returns The program, or why it is none.
 */
export async function load(source: string, scripts: Scripts): Promise<Program | Ending> {
  const wrapped = wrap(source, LIBRARY, NAMES);
  if ("kind" in wrapped) return wrapped;
  const { code, isScript } = wrapped;
  const url = scripts.add(`export default ${code}`);
  try {
    const { default: make } = await import(url);
    return { source, url, isScript, make };
  } catch (error) {
    if (!(error instanceof SyntaxError)) return { kind: "failed", text: textOf(error) };
    // Firefox names the line; Chromium does not for a module.
    const { lineNumber: line, message } = error as SyntaxError & { lineNumber?: number };
    const mistake = line === undefined
      ? await scripts.check(`"use strict";(${code});`) ?? { message }
      : { message, line };
    return notJavaScript(mistake.message, source, mistake.line);
  } finally {
    scripts.remove(url);
  }
}
