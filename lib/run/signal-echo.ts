/**
 * A second signal within this time, in ms, is an echo of the first: a terminal sends it to all
 * processes in the foreground, and a task runner passes it on once more. On a busy machine that
 * comes late, and would end what has hardly begun to clean up; a person can press Ctrl-C again.
 */
export const SIGNAL_ECHO_MS = 500;
