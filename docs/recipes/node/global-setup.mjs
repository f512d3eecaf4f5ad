// One emulator for all test files: globalSetup of Vitest and of Jest.
// In a test file: const emulator = await startEmulator(), which finds this one.
import { startEmulator } from "./emulator.cjs";

export default async function () {
  const emulator = await startEmulator();
  process.env.EDGES_EMULATOR_URL = emulator.url; // the workers inherit it
  return () => emulator.stop(); // Vitest calls this; with Jest it ends with the test run
}
