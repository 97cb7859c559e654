// SPDX-License-Identifier: Apache-2.0
export default {
  product: 'Linli',
  span: {
    days: '{days} d {hours} h',
    days_even: '{days} d',
    work_days_even: '{days} workday | {days} workdays',
    work_days: '{days} workday {hours} h | {days} workdays {hours} h',
    hours: '{hours}:{minutes}',
  },
  clock: {
    left: '{span} left',
    resting: 'not counting at this hour',
    over: '{span} over',
    out: 'run out',
    due: 'Due {at}',
    due_provisional: 'Due {at} (holidays of that year not entered yet; weekends and fixed holidays assumed)',
  },
  mark: {
    waiting: 'Waiting',
    handling: 'In hand',
    soon: 'Due soon',
    late: 'Overdue',
    done: 'Done',
    passed: 'Passed',
    paused: 'Clock paused',
  },
  error: {
    offline: 'The server cannot be reached',
    offline_hint: 'What you entered is kept; check the network and try again',
    unknown: 'That did not work',
    unknown_hint: 'Try again; if it fails again, tell the administrator the code',
  },
};
