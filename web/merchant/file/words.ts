import { defineWords, pluralsOf } from '../../kit/words/dictionary.ts';

const plural = pluralsOf('en');

export const fileWords = defineWords(
  {
    title: 'Sale file',
    body:
      'A file brings the sale to what it says. You see the difference first; ' +
      'nothing is written before you confirm.',
    onlyOperators: 'Only operators bring a sale to a file.',
    onlyOperatorsBody: 'Ask one of them, or change offers and promotions one by one.',
    choose: 'Choose a file',
    chooseHint: 'JSON, at most 8 MiB.',
    reading: 'Comparing with the sale …',
    tooLarge: 'The file is larger than 8 MiB.',
    notJson: 'This is no JSON.',
    notFile: 'This is no sale file: it needs `sale` and `offers`.',
    otherSale: (id: string) => `The file is for the sale ${id}, not for this one.`,
    difference: 'What it would change',
    same: 'The sale is already as the file says.',
    counts: {
      created: (count: number) => plural(count, { one: '# new', other: '# new' }),
      changed: (count: number) => plural(count, { one: '# changed', other: '# changed' }),
      unchanged: (count: number) => plural(count, { one: '# as it is', other: '# as they are' }),
      refused: (count: number) => plural(count, { one: '# refused', other: '# refused' }),
    },
    outcomes: { created: 'New', changed: 'Changed', refused: 'Refused' },
    lists: {
      sale: 'Sale',
      offers: 'Offer',
      budgets: 'Budget',
      promotions: 'Promotion',
      coupons: 'Coupons',
      balances: 'Balance',
    },
    refusedBody:
      'Nothing is applied while a part is refused. Correct the file, then choose it again.',
    apply: (count: number) => plural(count, { one: 'Apply # change', other: 'Apply # changes' }),
    applying: 'Applying …',
    applied: (count: number) =>
      plural(count, { one: '# change is applied.', other: '# changes are applied.' }),
    moved: 'The sale changed since you saw the difference. Nothing is applied. Compare again.',
    compareAgain: 'Compare again',
  },
  {
    zh: {
      title: '活动文件',
      body: '用文件把活动更新成文件所写的样子。先显示差异，确认前不会写入。',
      onlyOperators: '只有运营可以用文件更新活动。',
      onlyOperatorsBody: '请联系运营，或逐个修改商品和优惠。',
      choose: '选择文件',
      chooseHint: 'JSON 格式，最大 8 MiB。',
      reading: '正在与活动比较…',
      tooLarge: '文件超过 8 MiB。',
      notJson: '这不是 JSON 文件。',
      notFile: '这不是活动文件：缺少 `sale` 和 `offers`。',
      otherSale: (id: string) => `文件属于活动 ${id}，不是当前活动。`,
      difference: '将有的变化',
      same: '活动已经和文件一致。',
      counts: {
        created: (count: number) => `新增 ${count}`,
        changed: (count: number) => `修改 ${count}`,
        unchanged: (count: number) => `不变 ${count}`,
        refused: (count: number) => `拒绝 ${count}`,
      },
      outcomes: { created: '新增', changed: '修改', refused: '拒绝' },
      lists: {
        sale: '活动',
        offers: '商品',
        budgets: '预算',
        promotions: '优惠',
        coupons: '优惠券',
        balances: '余额',
      },
      refusedBody: '有内容被拒绝时不会应用任何修改。请改正文件后重新选择。',
      apply: (count: number) => `应用 ${count} 处修改`,
      applying: '正在应用…',
      applied: (count: number) => `已应用 ${count} 处修改。`,
      moved: '你查看差异后活动有变化，未应用任何修改，请重新比较。',
      compareAgain: '重新比较',
    },
  },
);
