/** Rolling out: the orchestrator, the simulated user that executes user programs, and the scripted baselines. */
export * from './agent.ts';
export * from './baselines/index.ts';
export * from './callLog.ts';
export * from './event.ts';
export * from './observe.ts';
export * from './orchestrate.ts';
export * from './model/modelAgent.ts';
export { auditWords } from './seat/audit.ts';
export * from './seat/modelSeat.ts';
export * from './seat/ruleSeat.ts';
export type { UserSeat } from './seat/seat.ts';
export { sameCall } from './sameCall.ts';
export * from './user.ts';
export { heardByRules, openRequests } from './person/hearing.ts';
export { personAtAgent, type AgentMove } from './person/personAgent.ts';
export { PersonUser, type UserMove } from './person/personUser.ts';
export type { Sayable, Standing } from './person/sayable.ts';
