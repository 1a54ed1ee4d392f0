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
export {
  explore,
  type ExploreOptions,
  type ExploreResult,
  type ScheduleFailure,
} from "./explore.ts";
