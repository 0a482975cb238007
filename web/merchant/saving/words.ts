import { defineWords, pluralsOf } from '../../kit/words/dictionary.ts';
import { faultInChinese } from './faults-zh.ts';

const plural = pluralsOf('en');

/** What every save says. */
export const savingWords = defineWords(
  {
    saving: 'Saving …',
    cancel: 'Cancel',
    notSaved: 'Nothing is saved.',
    busy: 'The service is very busy. Press again in a moment.',
    serviceSays: (detail: string) => `The service says: ${detail}`,
    fault: (detail: string) => `${detail}`,
    invalid: 'Correct what is marked, then save again.',
    conflict: 'The sale does not allow this as it is now.',
    notRefundable: 'This refund is not possible.',
    clash: {
      by: (who: string, ago: string) => `${who} changed this ${ago}, while you had it open.`,
      unknown: 'Someone changed this while you had it open.',
      gone: 'Someone deleted this while you had it open.',
      kept: 'Nothing is saved. What you typed is still here.',
      theirs: (value: string) => `Now: ${value}`,
      yours: (value: string) => `You typed: ${value}`,
      keepMine: 'Save mine over it',
      takeTheirs: 'Take theirs',
    },
    who: {
      operator: 'An operator',
      merchant: 'Someone of another store',
      other: 'Someone',
    },
    cells: {
      all: 'All cells have it.',
      some: (done: string, all: string) => `${done} of ${all} cells have it.`,
      rest: (count: number) =>
        plural(count, {
          one: 'The last one gets it by itself as soon as it answers.',
          other: 'The other # get it by themselves as soon as they answer.',
        }),
      waits: (things: string) => `The sale waits for: ${things}`,
      waitsFor: {
        cells_away: 'cells that do not answer',
        instructions: 'changes on their way to cells',
        withdrawals: 'units that cells hand back',
      },
      and: ' and ',
    },
  },
  {
    zh: {
      saving: '正在保存…',
      cancel: '取消',
      notSaved: '未保存任何内容。',
      busy: '现在人太多，请稍后再按一次。',
      serviceSays: (detail: string) => `系统说明：${faultInChinese(detail)}`,
      fault: faultInChinese,
      invalid: '请改正标出的内容，再保存。',
      conflict: '活动当前的状态不允许这样修改。',
      notRefundable: '这笔退款无法进行。',
      clash: {
        by: (who: string, ago: string) => `你打开期间，${who}在${ago}修改过。`,
        unknown: '你打开期间，有人修改过。',
        gone: '你打开期间，有人删除了它。',
        kept: '未保存，你输入的内容还在。',
        theirs: (value: string) => `现在是：${value}`,
        yours: (value: string) => `你输入的：${value}`,
        keepMine: '用我的覆盖',
        takeTheirs: '采用对方的',
      },
      who: {
        operator: '运营人员',
        merchant: '其他店铺的人员',
        other: '某人',
      },
      cells: {
        all: '所有单元都已生效。',
        some: (done: string, all: string) => `${all} 个单元中已有 ${done} 个生效。`,
        rest: (count: number) => `其余 ${count} 个恢复响应后会自动生效。`,
        waits: (things: string) => `活动正在等待：${things}`,
        waitsFor: {
          cells_away: '未响应的单元',
          instructions: '正在送往单元的修改',
          withdrawals: '单元退回的库存',
        },
        and: '、',
      },
    },
  },
);
