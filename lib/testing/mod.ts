/**
 * Tests for programs of coroutines: run them under every order, or cancel them everywhere.
 *
 * @module
 */
export {
  explore,
  type ExploreOptions,
  type ExploreResult,
  type ScheduleFailure,
} from "./explore.ts";
