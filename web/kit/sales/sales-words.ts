import { defineWords } from '../words/dictionary.ts';

export const salesWords = defineWords(
  {
    sales: 'Sales',
    name: 'Name',
    state: 'State',
    opens: 'Opens',
    closes: 'Closes',
    none: 'No sales yet',
    noneBody: 'Sales appear here as soon as an operator has made one with an offer of yours.',
  },
  {
    zh: {
      sales: '活动',
      name: '名称',
      state: '状态',
      opens: '开始',
      closes: '结束',
      none: '还没有活动',
      noneBody: '运营创建活动并加入你的商品后，会显示在这里。',
    },
  },
);
