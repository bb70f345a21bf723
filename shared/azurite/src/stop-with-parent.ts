// Loaded into each Azurite process before Azurite itself. When its parent process is gone, even by SIGKILL,
// the channel to it closes. Azurite then ends as on Ctrl-C, so that no orphan keeps a port or a data folder.

/**
 * Azurite reports that it listens shortly before it handles SIGINT. A signal that comes in between is sent
 * again until Azurite handles it.
 */
const AGAIN_MS = 20;

const interrupt = (): void => {
  process.kill(process.pid, 'SIGINT');
};
const onInterrupt = (): void => {
  if (process.listenerCount('SIGINT') === 1) {
    setTimeout(interrupt, AGAIN_MS);
    return;
  }
  process.removeListener('SIGINT', onInterrupt);
  // Azurite handles one SIGINT; a second would end it in the middle of writing its files.
  process.removeListener('disconnect', interrupt);
  // An open channel would keep the process alive after Azurite has closed.
  process.channel?.unref();
};
process.once('disconnect', interrupt);
process.on('SIGINT', onInterrupt);
