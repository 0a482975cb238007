import { defineWords, pluralsOf } from '../kit/words/dictionary.ts';

const plural = pluralsOf('en');

export const shopWords = defineWords(
  {
    title: 'Sale',
    opensIn: 'Opens in',
    closesIn: 'Closes in',
    closed: 'This sale is over',
    paused: 'The sale pauses for a moment',
    offers: 'Offers',
    offerCount: (count: number) => plural(count, { one: '# offer', other: '# offers' }),
    before: 'Before',
    off: (percent: string) => `${percent} off`,
    none: 'No offers yet',
    noneBody: 'They appear here by themselves before the sale opens.',
    nowSoldOut: (title: string) => `${title} has sold out`,
    nowBack: (title: string) => `${title} is back in stock`,
  },
  {
    zh: {
      title: '活动',
      opensIn: '距开始',
      closesIn: '距结束',
      closed: '活动已结束',
      paused: '活动暂停中，请稍候',
      offers: '商品',
      offerCount: (count: number) => `${count} 件商品`,
      before: '原价',
      off: (percent: string) => `立减 ${percent}`,
      none: '商品还没上架',
      noneBody: '开抢前会自动显示在这里。',
      nowSoldOut: (title: string) => `${title} 手慢了，已抢光`,
      nowBack: (title: string) => `${title} 又有货了`,
    },
  },
);
