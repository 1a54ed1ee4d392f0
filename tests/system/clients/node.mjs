// Runs an EventSource of Node through the fixtures that come as JSON on standard input.
import { readFileSync } from "node:fs";
import { check } from "../../../routes/fixtures/check.js";

const fixtures = JSON.parse(readFileSync(0, "utf8"));
// Node exits while its EventSource waits to reconnect.
const awake = setInterval(() => {}, 1000);
const results = await Promise.all(
  fixtures.map((fixture) => check(fixture, globalThis.EventSource)),
);
clearInterval(awake);
console.log(JSON.stringify(results.map(({ wrong }) => wrong)));
process.exit();
