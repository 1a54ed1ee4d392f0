import { exact } from "../view/html.ts";
import { announce } from "./dom.ts";
import type { Pane } from "./pane.ts";
import type { Connection, LiveRun } from "./live-run.ts";

const CONNECTION_TEXT: Record<Connection, string> = {
  connecting: "connecting",
  live: "live, by the server’s clock",
  lost: "connection lost, trying again",
  over: "ran live",
  refused: "",
  local: "no server: your browser goes on with the run",
};

/** A pane whose run is live. */
interface LivePane {
  pane: Pane;
  run: LiveRun;
  connection: Connection;
  /** When the run will end, in ms: known, since it has been computed. */
  end: number;
  /** Up to when entries are missing, in ms, while or since the connection was lost. */
  missing?: number | undefined;
}

/** The live runs. */
export class Live {
  readonly #onChange: () => void;
  #runs: LivePane[] = [];
  #frame = 0;

  /** @param onChange Called when there is something to draw. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Whether a run is not over yet. */
  get isOn(): boolean {
    return this.#runs.some(({ connection }) => connection !== "over");
  }

  /** Starts the runs of the panes live. */
  start(panes: readonly Pane[], Run: typeof LiveRun): void {
    this.stop();
    this.#runs = panes.map((pane, index) => {
      const end = pane.timeline.now;
      pane.reset(pane.parameters, pane.log, true);
      const run = new Run(pane.parameters, (entry) => {
        pane.add(entry);
        this.#onChange();
      }, (connection, detail) => this.#connect(this.#runs[index]!, connection, detail));
      pane.connect(CONNECTION_TEXT.connecting, "connecting");
      return { pane, run, connection: "connecting", end };
    });
    this.#onChange();
  }

  stop(): void {
    for (const { run } of this.#runs) run.close();
    this.#runs = [];
  }

  /** Adds to a fresh drawing what is not in the log. */
  show(): void {
    for (const { pane, connection } of this.#runs) if (connection === "live") pane.due();
    this.#showMissing();
  }

  #connect(happening: LivePane, connection: Connection, detail?: string): void {
    const { pane, connection: before } = happening;
    happening.connection = connection;
    if (connection === "lost") happening.missing = 0;
    let text = CONNECTION_TEXT[connection];
    if (connection === "refused") text = `${detail}: your browser runs it instead`;
    if (connection === "live" && before === "lost") text = "live again, nothing is missing";
    const isOver = connection === "over";
    if (isOver && (before === "local" || before === "refused")) text = "finished in your browser";
    pane.connect(text, connection);
    announce(isOver ? `The ${pane.mode} run took ${exact(pane.timeline.now)}.` : text);
    this.#onChange();
  }

  /** Shows which part of a run is missing: it grows while the connection is lost, then closes. */
  #showMissing(): void {
    cancelAnimationFrame(this.#frame);
    for (const happening of this.#runs) {
      const { pane, run, connection, end, missing } = happening;
      if (missing === undefined) continue;
      if (connection === "lost") {
        happening.missing = Math.min(run.now, end);
        this.#frame = requestAnimationFrame(() => this.#showMissing());
      } else if (connection !== "live" || pane.timeline.now >= missing) {
        happening.missing = undefined;
      }
      pane.miss(happening.missing ?? 0);
    }
  }
}
