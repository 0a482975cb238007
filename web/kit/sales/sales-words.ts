import { defineWords } from '../words/dictionary.ts';

export const salesWords = defineWords(
  {
    sales: 'Sales',
    name: 'Name',
    state: 'State',
    opens: 'Opens',
    closes: 'Closes',
    none: 'No sales yet',
    noneBody: 'A sale appears here by itself as soon as it is announced, or has an offer of yours.',
  },
  {
    zh: {
      sales: '活动',
      name: '名称',
      state: '状态',
      opens: '开始',
      closes: '结束',
      none: '还没有活动',
      noneBody: '活动公布后，或有了你的商品后，会自动显示在这里。',
    },
  },
);
