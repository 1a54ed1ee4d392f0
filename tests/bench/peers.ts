import config from "./deno.json" with { type: "json" };
import { cell, cpuTime, each, interleaved, print, ratio, steady } from "./measure.ts";
import { effect } from "./peers/effect.ts";
import { effection } from "./peers/effection.ts";
import { ours } from "./peers/ours.ts";
import { promises } from "./peers/promises.ts";
import { Relay } from "./switches.ts";

const ROUNDS = 9;
/** Each sample takes twice as long: see {@linkcode steady}. */
const MS = 30;

/** How a peer does one operation. */
export interface Way {
  /** What the row says of it. */
  readonly does: string;
  /** Does it `count` times, and gives how often it was done. */
  work(count: number): Promise<number>;
}

/** How a peer switches. */
export interface SwitchWay {
  readonly does: string;
  /** Runs a relay, and gives how many suspensions were told, if they are. */
  work(relay: Relay): Promise<number | void>;
}

/** What is compared: each operation's nearest relative. */
export interface Peer {
  /** To the next of 1,000 coroutines. */
  readonly switch: SwitchWay;
  /** The same, and every step and suspension is told to a function that forgets it. */
  readonly dropped: SwitchWay;
  /** The same, and every step and suspension is kept. */
  readonly recorded: SwitchWay;
  /** Starts a coroutine, and takes what it returns. */
  readonly spawn: Way;
  /** Of 1 ms, in 1,000 coroutines at once: what the processor spends on it. */
  readonly sleep: Way;
  /** Starts a coroutine, ends it where it waits, and goes on when it has cleaned up. */
  readonly cancel: Way;
  /** Runs 1,000 coroutines of one switch each side by side, and takes what they return. */
  readonly gather: Way;
  /** Hands values from one coroutine to another, at most one lying in between. */
  readonly queue: Way;
}

const PEERS: readonly [name: string, peer: Peer][] = [
  ["this loop", ours],
  ["native", promises],
  [config.imports.effection.replace("npm:", ""), effection],
  [config.imports.effect.replace("npm:", ""), effect],
  // What tracing adds.
  ["this loop", { ...ours, dropped: ours.switch, recorded: ours.switch }],
];

async function switching({ work }: SwitchWay): Promise<number> {
  const relay = new Relay(1000, 20_000);
  const told = await work(relay) ?? relay.switches;
  if (told < relay.switches) throw new Error(`told of ${told} of ${relay.switches} switches`);
  return relay.nanoseconds;
}

const OPERATIONS: readonly [
  title: string,
  way: (peer: Peer) => Way | SwitchWay,
  once: (peer: Peer) => Promise<number>,
][] = [
  ["switch", (peer) => peer.switch, (peer) => switching(peer.switch)],
  ["switch, trace dropped", (peer) => peer.dropped, (peer) => switching(peer.dropped)],
  ["switch, trace recorded", (peer) => peer.recorded, (peer) => switching(peer.recorded)],
  ["spawn and join", (peer) => peer.spawn, (peer) => each(2000, peer.spawn.work)],
  ["sleep 1 ms (CPU time)", (peer) => peer.sleep, (peer) => each(5000, peer.sleep.work, cpuTime)],
  ["spawn, cancel and join", (peer) => peer.cancel, (peer) => each(1000, peer.cancel.work)],
  ["gather of 1,000, per task", (peer) => peer.gather, (peer) => each(2000, peer.gather.work)],
  ["queue hand-off", (peer) => peer.queue, (peer) => each(2000, peer.queue.work)],
];

/** Measures each operation beside that of other libraries. */
export async function peers(): Promise<void> {
  const rows = [["ratio", "ns", "operation", "of", "done by"]];
  for (const [title, way, once] of OPERATIONS) {
    const rivals = PEERS.filter(([, peer]) => peer === ours || way(peer) !== way(ours));
    const variants = rivals.map(([, peer]) => () => steady(() => once(peer), MS));
    const summaries = await interleaved(variants, ROUNDS);
    rivals.forEach(([name, peer], index) => {
      const summary = summaries[index]!;
      const compared = index === 0 ? "" : ratio(summaries[0]!, summary);
      rows.push([compared, cell(summary, 0), title, name, way(peer).does]);
    });
  }
  print(
    `Operations under run() and wallClock: ratio of this loop to the row, then ns; ` +
      `median [minimum] of ${ROUNDS} rounds`,
    rows,
  );
}
