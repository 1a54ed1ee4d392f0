import type { Entry } from "@tenfold/loop";
import type { Parameters } from "../../tutorial/parameters.ts";
import type { LocatedLog } from "../view/lines.ts";
import { exact } from "../view/text.ts";
import type { Timeline } from "../view/timeline.ts";
import { announce } from "./dom.ts";
import { type Connection, LiveRun } from "./live-run.ts";

const CONNECTION_TEXT: Record<Connection, string> = {
  connecting: "connecting",
  live: "live, by the server’s clock",
  lost: "connection lost, trying again",
  over: "ran live",
  refused: "",
  local: "no server: your browser goes on with the run",
};

/**
 * How many times longer than the last drawing took the next one is away: drawing then takes at most
 * a quarter of the thread, however many lanes there are.
 */
const BREAK = 3;

/** What a live run needs of the bench that shows it. */
interface Bench {
  readonly mode: Parameters["mode"];
  readonly parameters: Parameters;
  readonly log: LocatedLog;
  readonly whole: Timeline;
  readonly live: Timeline | undefined;
  readonly timeline: Timeline;
  isLive: boolean;
  reset(parameters: Parameters, log: LocatedLog, isLive: boolean): void;
  add(entry: Entry): void;
  connect(text: string, connection: Connection): void;
  miss(until: number): void;
}

/** What a live run needs of the controls of its bench. */
interface Player {
  readonly isFollowing: boolean;
  reset(): void;
  show(isPassing?: boolean): void;
}

/** A run that is live. */
interface LiveBench {
  bench: Bench;
  player: Player;
  run: LiveRun;
  connection: Connection;
  /** Up to when entries are missing, in ms, while or since the connection was lost. */
  missing?: number | undefined;
}

/** The live runs. */
export class Live {
  readonly #runs: LiveBench[];
  #frame: number | undefined;
  #drawAt = 0;

  /** Starts the runs of the benches live. */
  constructor(benches: readonly (readonly [Bench, Player])[]) {
    this.#runs = benches.map(([bench, player], index) => {
      bench.reset(bench.parameters, bench.log, true);
      player.reset();
      const run = new LiveRun(
        bench.parameters,
        (entry) => bench.add(entry),
        (connection, detail) => this.#connect(this.#runs[index]!, connection, detail),
      );
      bench.connect(CONNECTION_TEXT.connecting, "connecting");
      return { bench, player, run, connection: "connecting" };
    });
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  /** Ends the runs. */
  stop(): void {
    for (const { run, bench } of this.#runs) {
      run.close();
      bench.isLive = false;
    }
    cancelAnimationFrame(this.#frame!);
  }

  #connect(live: LiveBench, connection: Connection, detail?: string): void {
    const { bench, connection: before } = live;
    live.connection = connection;
    if (connection === "lost") live.missing = 0;
    let text = CONNECTION_TEXT[connection];
    if (connection === "refused") text = `${detail}: your browser runs it instead`;
    if (connection === "live" && before === "lost") text = "live again, nothing is missing";
    const isOver = connection === "over";
    if (isOver && (before === "local" || before === "refused")) text = "finished in your browser";
    bench.connect(text, connection);
    bench.isLive = !isOver;
    announce(isOver ? `The ${bench.mode} run took ${exact(bench.timeline.now)}.` : text);
    if (!isOver) return;
    bench.miss(0);
    live.player.show();
  }

  /** Draws the live runs, once a frame. */
  #draw(): void {
    const now = performance.now();
    if (now >= this.#drawAt) {
      for (const live of this.#runs) if (live.connection !== "over") this.#advance(live);
      const taken = performance.now() - now;
      this.#drawAt = now + taken + BREAK * taken;
    }
    const isOn = this.#runs.some(({ connection }) => connection !== "over");
    if (isOn) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  /** Lets time pass in a run, as far as it is sure that no entry is missing. */
  #advance(live: LiveBench): void {
    const { bench, player, run, connection } = live;
    const { live: timeline } = bench;
    if (connection !== "lost") timeline!.advance(Math.min(run.now, timeline!.due));
    else live.missing = Math.min(run.now, bench.whole.now);
    if (player.isFollowing) player.show(true);
    if (live.missing === undefined) return;
    // When the connection is back, what is missing arrives entry by entry.
    if (connection !== "lost" && timeline!.now >= live.missing) live.missing = undefined;
    bench.miss(live.missing ?? 0);
  }
}
