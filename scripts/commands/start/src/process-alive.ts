/** Whether a process has that number now. It may be a different process than before. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process belongs to another user: it lives.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
