import { defineWords } from '../kit/words/dictionary.ts';

export const signInWords = defineWords(
  {
    title: 'Sign in',
    token: 'Token',
    hint: 'Paste the token that your platform gave you. It stays in this tab.',
    notToken: 'This is no token of the service. Paste all of it, without quotes.',
    expired: 'This token has expired. Get a new one, then paste it.',
    signedIn: 'You are signed in',
    signedInBody: (name: string) => `You act as ${name}.`,
  },
  {
    zh: {
      title: '登录',
      token: '令牌',
      hint: '粘贴平台发给你的令牌，它只保存在当前标签页。',
      notToken: '这不是有效的令牌，请完整粘贴，不要带引号。',
      expired: '令牌已过期，请获取新的令牌再粘贴。',
      signedIn: '已登录',
      signedInBody: (name: string) => `当前账号：${name}。`,
    },
  },
);
