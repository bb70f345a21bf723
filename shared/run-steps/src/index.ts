export { BrokenRowError } from '@tally/run-store';
export { aggregateRun } from './aggregate/aggregate-run.ts';
export { type RunChange, UnknownChainError } from './commit/change-run.ts';
export { type Composed, compose, queuesOf } from './context/compose.ts';
export { type StepContext, systemChance } from './context/context.ts';
export { CountsCache, type RunCounts } from './context/counts-cache.ts';
export { Heartbeat } from './context/heartbeat.ts';
export { MapStages } from './context/map-stage.ts';
export {
  aggregateStage,
  chainOf,
  intakeStage,
  type Registry,
  type Stage,
  stagesOf,
  stagesOfNode,
} from './context/registry.ts';
export { RunCache } from './context/run-cache.ts';
export { noFiles, type RunFiles } from './context/run-files.ts';
export type { StepLog } from './context/step-log.ts';
export { type About, type CounterName, type MeasureName, noTelemetry, type Telemetry } from './context/telemetry.ts';
export { type Control, controlRun } from './control/control-run.ts';
export { type Raised, raiseEvent } from './control/raise-event.ts';
export { type ListedDeadLetter, listDeadLetters } from './dead-letters/list-dead-letters.ts';
export { discardDeadLetter, type RedriveResult, redriveDeadLetter } from './dead-letters/redrive-dead-letter.ts';
export { dispatchRun } from './dispatch/dispatch-run.ts';
export type { DropReason, Handled } from './messages/admit.ts';
export { type AnyMessage, handleMessage, type Parsed } from './messages/handle-message.ts';
export {
  type Delivery,
  handlePoisonedPermit,
  handlePoisonedTask,
  handlePoisonedWork,
} from './messages/poison-message.ts';
export { type PurgeDueReport, purgeDue } from './purge/purge-due.ts';
export { type PurgeResult, purgeRun } from './purge/purge-run.ts';
export { type PurgeQuery, type PurgeReport, purgeRuns } from './purge/purge-runs.ts';
export { checkStorage, type Unreachable } from './read/check-storage.ts';
export { countRuns, type RunCountsOverTime } from './read/count-runs.ts';
export { linkFile, listFiles, type MadeFile } from './read/list-files.ts';
export { type ItemPage, type ItemPosition, listItems } from './read/list-items.ts';
export type { RunPage, RunQuery } from './read/list-query.ts';
export { listRows } from './read/list-rows.ts';
export { listRuns } from './read/list-runs.ts';
export type { ListedRun, UnreadableListed } from './read/listed-run.ts';
export { InvalidTokenError } from './read/page-token.ts';
export { peekMessages } from './read/peek-messages.ts';
export { type Activity, readActivity } from './read/read-activity.ts';
export { readNodeCounts, recentCounts } from './read/read-counts.ts';
export { readTopology, type StageState } from './read/read-topology.ts';
export { type NodeProgress, nodesOf, progressOf, type RunProgress } from './read/run-progress.ts';
export { IncompleteRunError, restartRun } from './start/restart-run.ts';
export type { StartRequest, StartResult } from './start/start-request.ts';
export { startRun } from './start/start-run.ts';
export { aboutFailed } from './watch/failed-runs.ts';
export { keepGivenUp } from './watch/keep-given-up.ts';
export { type WatchReport, watchRuns } from './watch/watch-runs.ts';
export { HopelessRunError, type TryItems, workChunk } from './work/work-chunk.ts';
export { type TaskWork, type TryTask, workTask } from './work/work-task.ts';
