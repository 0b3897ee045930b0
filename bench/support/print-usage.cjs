// Loaded before a measured program: at its end, its CPU seconds go to file descriptor 3.
const { writeSync } = require('node:fs');

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  try {
    writeSync(3, String((user + system) / 1e6));
  } catch {
    // Nobody asked.
  }
});
