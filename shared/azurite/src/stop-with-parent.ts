// Loaded into each Azurite process before Azurite itself. When the process that started it is gone, even by SIGKILL, the
// channel to it closes; Azurite then ends as on Ctrl-C, so that no orphan keeps a port or a data folder.
const interrupt = (): void => {
  process.kill(process.pid, 'SIGINT');
};
process.once('disconnect', interrupt);
process.once('SIGINT', () => {
  // Azurite handles one SIGINT; a second would end it in the middle of writing its files.
  process.removeListener('disconnect', interrupt);
  // An open channel would keep the process alive after Azurite has closed.
  process.channel?.unref();
});
