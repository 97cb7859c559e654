// SPDX-License-Identifier: Apache-2.0
// What a step of a case still asks for. The server says it per case; only the outcome is chosen in the form.
import type { CaseFull, Outcome, StepName } from './types';

const NOTHING_TO_SHOW: readonly Outcome[] = ['explained', 'handed_over'];

/* Must the step bring a photo? Handling that explained the matter, or handed it over, has nothing to show. */
export function needsPhoto(item: Pick<CaseFull, 'allowed'>, step: StepName, outcome?: Outcome): boolean {
  const needs = item.allowed.find((one) => one.step === step)?.needs ?? [];
  return (
    needs.includes('photo') ||
    (needs.includes('class_photo') && (outcome === undefined || !NOTHING_TO_SHOW.includes(outcome)))
  );
}
