import { defineWords } from '../kit/words/dictionary.ts';

export const opsWords = defineWords(
  { title: 'Operations', views: 'Views', sales: 'Sales', reference: 'API reference' },
  { zh: { title: '运营', views: '页面', sales: '活动', reference: '接口文档' } },
);
