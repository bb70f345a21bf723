/** Whether a process has that number now; it may be another one than had it before. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process: it lives.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
