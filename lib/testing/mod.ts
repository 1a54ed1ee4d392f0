/**
 * Tests for programs of coroutines: run them under every order, or cancel them everywhere.
 *
 * @module
 */
export { type Exploration, explore, type ExploreOptions, type ScheduleFailure } from "./explore.ts";
