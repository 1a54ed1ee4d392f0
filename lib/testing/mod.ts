/**
 * Tests for programs of coroutines: run them under every order, or cancel them everywhere.
 *
 * @module
 */
export {
  cancelEverywhere,
  type CancelEverywhereOptions,
  type CancelTrial,
  type TargetEnd,
  type TriedRun,
} from "./cancel-everywhere.ts";
export { check } from "./check.ts";
export { explore, type ExploreOptions, type ExploreResult } from "./explore.ts";
export { type Replay, ScheduleFailure } from "./failure.ts";
