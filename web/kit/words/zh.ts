import type { en } from './en.ts';
import { pluralsOf } from './dictionary.ts';

const plural = pluralsOf('zh-CN');

export const zh: typeof en = {
  skip: '跳到正文',
  language: '语言',
  theme: '外观',
  themes: { system: '跟随系统', light: '浅色', dark: '深色' },
  close: '关闭',
  copy: '复制',
  copied: '已复制',
  loading: '正在加载…',
  tryAgain: '再试一次',
  requestId: (id) => `请求编号 ${id}`,
  shortcuts: '键盘快捷键',
  shortcutsOpen: '显示此列表',
  optional: '选填',
  signIn: '登录',
  signOut: '退出登录',
  signedInAs: (name) => `当前账号：${name}`,
  signInAgain: '登录已过期，请重新登录，这里的内容会保留。',
  offline: '网络断开了，恢复后页面会自动继续。',
  unreachable: '服务暂时没有响应，正在重试。',
  asOf: (age) => `数据更新于${age}。`,
  failed: {
    offline: '没有网络，请检查连接，恢复后页面会自动继续。',
    unauthenticated: '登录后才能查看。',
    forbidden: '当前账号无权查看，请换有权限的账号登录。',
    notFound: '这里什么也没有，请检查网址。',
    busy: '现在人太多了，稍后会自动重试。',
    fault: '我们这边出了问题，请再试一次；如果一直不行，请把下面的编号告诉我们。',
    faultUnnamed: '我们这边出了问题，请再试一次。',
  },
  notDone: {
    offline: '没有收到结果，请检查网络后再试一次。',
    unauthenticated: '登录已过期，请重新登录后再试一次。',
    busy: '现在人太多了，请稍后再试一次。',
  },
  notFound: { title: '页面不存在', body: '请检查网址。' },
  state: {
    draft: '草稿',
    open: '进行中',
    paused: '已暂停',
    closed: '已结束',
  },
  stock: { in_stock: '有货', low: '快抢光了', sold_out: '已抢光' },
  units: {
    day: () => '天',
    hour: () => '时',
    minute: () => '分',
    second: () => '秒',
  },
  leftToGo: {
    days: (count) => plural(count, { other: '还剩 # 天' }),
    hours: (count) => plural(count, { other: '还剩 # 小时' }),
    minutes: (count) => plural(count, { other: '还剩 # 分钟' }),
    soon: '还剩不到一分钟',
    over: '时间到了',
  },
};
