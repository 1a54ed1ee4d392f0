import type { Parameters } from "../../tutorial/parameters.ts";
import type { Lane } from "./timeline.ts";

/** A place in the program at which a coroutine can be. */
export type Place = "start" | "wait" | "emit" | "main";

/** A line, and the place it is, if it is one. */
export interface Line {
  text: string;
  place?: Place | undefined;
}

/** Where a lane's coroutine is. `undefined` when it is over. */
export function placeOf(lane: Lane, index: number, mode: Parameters["mode"]): Place | undefined {
  if (lane.ended !== undefined) return undefined;
  if (index === 0 && (mode === "cooperative" || lane.steps < 2 && lane.state !== "blocking")) {
    return "main";
  }
  if (lane.steps === 0 || lane.steps === 1 && lane.state === "running") return "start";
  return lane.state === "running" ? "emit" : "wait";
}

/** The text of the line at a place. */
export function lineAt(place: Place | undefined, lines: readonly Line[]): string {
  return lines.find((line) => line.place === place && place !== undefined)?.text.trim() ?? "";
}

/** What the tutorial says today, in Python, for these parameters. */
export function python({ mode, count, delay, jitter }: Parameters): Line[] {
  const seconds = delay / 1000;
  const more = jitter === 0 ? "" : `  # and up to ${jitter / 1000} more`;
  if (mode === "blocking") {
    return [
      { text: "def display(num):", place: "start" },
      { text: `    time.sleep(${seconds})${more}`, place: "wait" },
      { text: "    print(num)", place: "emit" },
      { text: "" },
      { text: `for num in range(${count}):` },
      { text: "    display(num)", place: "main" },
    ];
  }
  return [
    { text: "async def display(num):", place: "start" },
    { text: `    await asyncio.sleep(${seconds})${more}`, place: "wait" },
    { text: "    print(num)", place: "emit" },
    { text: "" },
    { text: "async def main():" },
    { text: `    coroutines = [display(num) for num in range(${count})]` },
    { text: "    await asyncio.gather(*coroutines)", place: "main" },
    { text: "" },
    { text: "asyncio.run(main())" },
  ];
}

/** The functions of `tutorial.ts` that a mode runs, as they stand there. */
export function typeScript(source: string, mode: Parameters["mode"]): Line[] {
  const main = mode === "blocking" ? "function* blocking" : "function cooperative";
  const functions = ["function* display", main].map((start) => {
    const from = source.indexOf(`\n${start}(`) + 1;
    return source.slice(from, source.indexOf("\n}\n", from) + 2).split("\n");
  });
  return [...functions[0]!, "", ...functions[1]!].map((text) => ({ text, place: placeIn(text) }));
}

function placeIn(text: string): Place | undefined {
  if (text.includes("function* display")) return "start";
  if (text.includes("yield* wait(")) return "wait";
  if (text.includes("yield* emit(")) return "emit";
  if (text.includes("yield* display(") || text.includes("return gather(")) return "main";
  return undefined;
}
