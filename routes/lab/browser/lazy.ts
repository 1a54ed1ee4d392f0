// What the first view does not need. Once it is loaded, the page needs the server no more.
export { YouSchedule } from "./you-schedule.ts";
export { LiveRun } from "./live-run.ts";
export { copy, download } from "./download.ts";
