// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { CaseFull, StepName, Task } from '@kit/api/types';
import { planSteps, type DispatchChoice } from '../../staff/board/useDispatch';
import { missingOf, openDraft, toStep, type Draft, type DraftContext } from '../../staff/case/steps/draft';

const CENTRE = 9;
const SANITATION = 4;
const NOW = '2026-11-22T09:15:00+08:00';

function matter(change: Partial<CaseFull> = {}): CaseFull {
  return {
    id: 1,
    class: 'W06-042',
    tasks: [],
    allowed: [],
    reply_text: '',
    suggestion: {
      unit: { id: SANITATION, name: '环卫' },
      assists: [{ id: 5, name: '居民区' }],
      reason: '',
      limit_text: '',
      due_at: NOW,
      provisional: false,
    },
    ...change,
  } as CaseFull;
}
const allowed = (...steps: StepName[]) => steps.map((step) => ({ step, name: step, needs: [] as string[] }));

describe('Enter on the board', () => {
  const choice: DispatchChoice = { class: 'W06-042', condition: 1, unit: SANITATION, assists: [5], text: '' };
  const dispatch = { step: 'dispatch', unit: SANITATION, assists: [5] };

  it('dispatches what is filed', () =>
    expect(planSteps(matter({ allowed: allowed('dispatch') }), choice)).toEqual([dispatch]));
  it('files and dispatches in one request what is not filed yet', () =>
    expect(planSteps(matter({ allowed: allowed('file', 'decline') }), choice)).toEqual([
      { step: 'file', class: 'W06-042', condition: 1 },
      dispatch,
    ]));
  it('does nothing without a unit, without a class to file under, or when the case is elsewhere', () => {
    expect(planSteps(matter({ allowed: allowed('dispatch') }), { ...choice, unit: undefined })).toEqual([]);
    expect(planSteps(matter({ allowed: allowed('file') }), { ...choice, class: '' })).toEqual([]);
    expect(planSteps(matter({ allowed: allowed('check') }), choice)).toEqual([]);
  });
});

describe('a step while it is filled in', () => {
  const context = (change: Partial<DraftContext> = {}): DraftContext => ({
    item: matter(),
    replyLimit: 0,
    ownUnit: CENTRE,
    now: NOW,
    ...change,
  });
  const draft = (step: StepName, change: Partial<Draft> = {}, c = context()): Draft => ({
    ...openDraft(step, c),
    ...change,
  });

  it.each<[string, StepName, Partial<Draft>, Partial<DraftContext>, string[]]>([
    ['declining asks for a reason', 'decline', {}, {}, ['reason']],
    ['a result asks for words and outcome', 'handle', {}, {}, ['text', 'outcome']],
    [
      'and for a photo where the class says so',
      'handle',
      { text: '清运', outcome: 'solved' },
      { item: matter({ allowed: [{ step: 'handle', name: 'handle', needs: ['class_photo'] }] }) },
      ['photos'],
    ],
    [
      'but not where it was only explained',
      'handle',
      { text: '已说明', outcome: 'explained' },
      { item: matter({ allowed: [{ step: 'handle', name: 'handle', needs: ['class_photo'] }] }) },
      [],
    ],
    [
      'nothing is sent while a photo is on its way',
      'check',
      { pass: true, photos_working: true },
      {},
      ['photos_working'],
    ],
    ['a check that failed asks what is wrong', 'check', { pass: false }, {}, ['text']],
    ['a check that passed does not', 'check', { pass: true }, {}, []],
    [
      'but for the photo of who looked on the spot',
      'check',
      { pass: true },
      { item: matter({ allowed: [{ step: 'check', name: 'check', needs: ['pass', 'photo'] }] }) },
      ['photos'],
    ],
    [
      'an answer longer than the hotline takes',
      'close',
      { answer: '字'.repeat(501), outcome: 'solved' },
      { replyLimit: 500 },
      ['length'],
    ],
    ['on behalf asks with whom one spoke', 'sign_for', { on_behalf: true }, {}, ['person']],
    ['the first contact asks whether it succeeded', 'first_contact', {}, {}, ['reached']],
  ])('%s', (_name, step, change, more, missing) => {
    const c = context(more);
    expect(missingOf(draft(step, change, c), c)).toEqual(missing);
  });

  it('is on behalf when another unit leads, and not when it is the own one', () => {
    const lead = { kind: 'lead', unit: { id: SANITATION, name: '环卫' } } as Task;
    const item = matter({ tasks: [lead] });
    expect(openDraft('handle', context({ item })).on_behalf).toBe(true);
    expect(openDraft('handle', context({ item, ownUnit: SANITATION })).on_behalf).toBe(false);
    expect(openDraft('check', context({ item })).on_behalf).toBe(false);
  });

  it('closes with the outcome that the unit reported, unless somebody changes it', () => {
    expect(openDraft('close', context({ item: matter({ outcome: 'explained' }) })).outcome).toBe('explained');
    expect(openDraft('handle', context({ item: matter({ outcome: 'explained' }) })).outcome).toBeUndefined();
  });

  it('tells when it really was, when it is written down afterwards', () =>
    expect(toStep(draft('check', { pass: true, occurred_at: NOW }))).toEqual({
      step: 'check',
      pass: true,
      occurred_at: NOW,
    }));

  it('is sent with what was said on the telephone, and nothing that was left empty', () => {
    const filled = draft('handle', { text: ' 已清运 ', outcome: 'solved', on_behalf: true, person: '老陈' });
    expect(toStep(filled)).toEqual({
      step: 'handle',
      text: '已清运',
      outcome: 'solved',
      on_behalf: { person: '老陈', called_at: NOW },
    });
    expect(toStep(draft('check', { pass: true }))).toEqual({ step: 'check', pass: true });
  });
});
