// SPDX-License-Identifier: Apache-2.0
export type CaseTab = 'timeline' | 'facts' | 'photos' | 'public';
export const CASE_TABS: readonly CaseTab[] = ['timeline', 'facts', 'photos', 'public'];
