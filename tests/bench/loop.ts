import { exploring } from "./exploring.ts";
import { fairness } from "./fairness.ts";
import { growth } from "./growth.ts";
import { peers } from "./peers.ts";
import { sleepers } from "./sleepers.ts";
import { switches } from "./switches.ts";

await switches();
await sleepers();
await peers();
await exploring();
growth();
await fairness();
