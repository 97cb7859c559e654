// SPDX-License-Identifier: Apache-2.0
export default {
  product: '邻里',
  span: {
    days: '{days} 天 {hours} 小时',
    days_even: '{days} 天',
    work_days_even: '{days} 工作日',
    work_days: '{days} 工作日 {hours} 时',
    hours: '{hours}:{minutes}',
  },
  clock: {
    left: '剩 {span}',
    resting: '现在不在计时时段',
    over: '已超 {span}',
    out: '已到期',
    due: '到期：{at}',
    due_provisional: '到期：{at}（当年放假安排未录入，暂按周末和固定节日推算）',
  },
  mark: {
    waiting: '待办',
    handling: '处置中',
    soon: '临期',
    late: '超期',
    done: '已办结',
    passed: '已通过',
    paused: '暂停计时',
  },
  error: {
    offline: '连不上服务器',
    offline_hint: '填写的内容还在，请检查网络后再试',
    unknown: '没有办成',
    unknown_hint: '请再试一次；仍不行，请把编号告诉管理员',
  },
};
