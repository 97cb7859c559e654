// SPDX-License-Identifier: Apache-2.0
// My tasks in the order in which time runs out; those without a limit come last.
import type { OwnTask, TaskKind } from '@kit/api/types';

const NEVER = Number.MAX_SAFE_INTEGER;

export function dueOf(task: OwnTask): string | undefined {
  return task.task.due_at ?? task.clock?.due_at ?? task.due_at;
}

export function byClock(tasks: readonly OwnTask[]): OwnTask[] {
  const at = (task: OwnTask): number => {
    const due = dueOf(task);
    return due ? new Date(due).getTime() : NEVER;
  };
  return [...tasks].sort((a, b) => at(a) - at(b) || a.id - b.id);
}

export function countKinds(tasks: readonly OwnTask[]): [TaskKind, number][] {
  const counts = new Map<TaskKind, number>();
  tasks.forEach(({ task }) => counts.set(task.kind, (counts.get(task.kind) ?? 0) + 1));
  return [...counts];
}

export function whereOf(task: Pick<OwnTask, 'place' | 'estate'>): string {
  return task.estate?.name ?? task.place?.name ?? '';
}
