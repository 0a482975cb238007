import { defineWords } from '../kit/words/dictionary.ts';

export const merchantWords = defineWords(
  { title: 'Merchant', views: 'Views', sales: 'Sales', reference: 'API reference' },
  { zh: { title: '商家', views: '页面', sales: '活动', reference: '接口文档' } },
);
