import { defineWords, pluralsOf } from '../../kit/words/dictionary.ts';

const plural = pluralsOf('en');

export const cartWords = defineWords(
  {
    cart: 'Your cart',
    show: 'Show the cart',
    hide: 'Hide the cart',
    empty: 'Your cart is empty. Tap + beside an offer.',
    items: (count: number) => plural(count, { one: '# item', other: '# items' }),
    add: (title: string) => `Add ${title}`,
    less: (title: string) => `One less of ${title}`,
    more: (title: string) => `One more of ${title}`,
    units: (title: string, count: number) => `${count} of ${title} in the cart`,
    total: 'To pay',
    saves: (amount: string) => `saves ${amount}`,
    unpriced: 'Before discounts, which we could not add up.',
    locked: 'Your order is on its way, so the cart stays as it is.',
  },
  {
    zh: {
      cart: '购物车',
      show: '展开购物车',
      hide: '收起购物车',
      empty: '购物车还是空的，点商品旁的 + 加购。',
      items: (count) => `${count} 件`,
      add: (title) => `加购 ${title}`,
      less: (title) => `${title} 减一件`,
      more: (title) => `${title} 加一件`,
      units: (title, count) => `购物车里有 ${count} 件 ${title}`,
      total: '应付',
      saves: (amount) => `已省 ${amount}`,
      unpriced: '暂时算不出优惠，这是优惠前的价格。',
      locked: '订单提交中，购物车暂时不能修改。',
    },
  },
);
