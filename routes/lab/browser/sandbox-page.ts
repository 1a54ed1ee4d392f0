import { Workbench } from "./workbench.ts";

// The sandbox: a program of the reader's own.

new Workbench({ order: "fifo", timing: "exact" });
