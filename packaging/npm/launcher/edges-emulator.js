#!/usr/bin/env node
// Starts the program of this platform's package, with the same arguments, streams, signals and exit status.
"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

function programPath() {
  try {
    return require.resolve(`edges-emulator-${process.platform}-${process.arch}/edges-emulator`);
  } catch {
    return null;
  }
}

function start(path) {
  // In a group of its own, so that Ctrl-C in a terminal reaches it once: a second signal gives up --export-on-exit.
  const child = spawn(path, process.argv.slice(2), { stdio: "inherit", detached: true });
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`edges-emulator: cannot start ${path}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (status, signal) => {
    process.exitCode = status ?? 128 + constants.signals[signal];
  });
}

const path = programPath();
if (path) {
  start(path);
} else {
  console.error(`edges-emulator: there is no program for ${process.platform}-${process.arch}. Use the container image:
  docker run --rm -p 127.0.0.1:3343:3343 edges-emulator`);
  process.exitCode = 1;
}
