import { defineWords } from '../kit/words/dictionary.ts';

export const merchantWords = defineWords(
  {
    title: 'Merchant',
    sales: 'Sales',
    allSales: 'All sales',
    reference: 'API reference',
    views: 'Views',
    store: 'Store',
    allStores: 'All stores',
    tabs: {
      today: 'Today',
      offers: 'Offers',
      promotions: 'Promotions',
      orders: 'Orders',
      changes: 'Changes',
      hooks: 'Hooks',
      file: 'Sale file',
    },
    goTo: (view: string) => `Go to ${view}`,
  },
  {
    zh: {
      title: '商家',
      sales: '活动',
      allSales: '全部活动',
      reference: '接口文档',
      views: '页面',
      store: '店铺',
      allStores: '全部店铺',
      tabs: {
        today: '今日',
        offers: '商品',
        promotions: '优惠',
        orders: '订单',
        changes: '修改记录',
        hooks: '推送',
        file: '活动文件',
      },
      goTo: (view: string) => `前往${view}`,
    },
  },
);
