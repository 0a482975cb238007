import type { HttpRefusal, ProblemCode } from './problem-catalogue.ts';

export type Language = 'en' | 'zh';
const DEFAULT: Language = 'en';
/** Longer headers name no language that we look for. */
const HEADER_MAX = 200;
/** Browsers send few different headers. */
const REMEMBERED_MAX = 256;

/** A sentence for shoppers: a text, or one that depends on the refusal. */
type Words = string | ((refusal: never) => string);

interface Message {
  readonly en: Words;
  readonly zh: Words;
}

const OURS: Message = { en: 'Something went wrong. Please try again.', zh: '出了点问题，请重试。' };

interface Left {
  readonly unitsLeft: number;
}
interface Limit {
  readonly limit: number;
  readonly of?: string;
}

const messages: Readonly<Record<ProblemCode, Message>> = {
  sold_out: {
    en: ({ unitsLeft }: Left) =>
      unitsLeft > 0
        ? `Only ${unitsLeft} left.`
        : 'Sold out. Unpaid orders come back on sale, so look again soon.',
    zh: ({ unitsLeft }: Left) =>
      unitsLeft > 0
        ? `仅剩 ${unitsLeft} 件。`
        : '手慢了，已抢光。未付款的订单会放回，稍后再来看看。',
  },
  limit_reached: {
    en: ({ limit, of }: Limit) =>
      of === 'holds'
        ? 'You have unpaid orders. Pay or cancel one first.'
        : `You can have at most ${limit}. This would be more.`,
    zh: ({ limit, of }: Limit) =>
      of === 'holds' ? '您有未付款的订单，请先付款或取消。' : `每人限 ${limit}，您要的超出了限额。`,
  },
  sale_not_open: { en: 'This has not opened for you yet.', zh: '还没到您的开抢时间。' },
  sale_over: { en: 'This sale is over.', zh: '活动已结束。' },
  sale_paused: { en: 'This is paused. Please try again soon.', zh: '活动暂停中，请稍后再试。' },
  price_changed: {
    en: 'The price changed while you were shopping. Please look at the new total.',
    zh: '价格刚刚有变化，请确认新的总价。',
  },
  coupon_unavailable: { en: 'You cannot use this coupon.', zh: '这张优惠券您暂不能使用。' },
  balance_short: { en: 'Your balance is too low.', zh: '余额不足。' },
  unknown_offer: { en: 'This item is no longer on offer.', zh: '该商品已不在活动中。' },
  not_payable: { en: 'This order can no longer be paid.', zh: '该订单已无法付款。' },
  not_refundable: { en: 'This cannot be refunded.', zh: '该商品无法退款。' },
  rate_limited: {
    en: 'That was too often. Please wait a moment, then try again.',
    zh: '操作太频繁，请稍等片刻再试。',
  },
  busy: { en: 'Very busy just now. Please try again.', zh: '人太多了，请再试一次。' },
  unauthenticated: { en: 'Please sign in again.', zh: '请重新登录。' },
  forbidden: { en: 'You are not allowed to do this.', zh: '您没有权限进行此操作。' },
  not_found: { en: 'We cannot find this.', zh: '没有找到。' },
  invalid: OURS,
  key_missing: OURS,
  key_reused: OURS,
  conflict: OURS,
  precondition_failed: OURS,
  precondition_required: OURS,
  too_large: OURS,
  too_slow: OURS,
  headers_too_large: OURS,
  unsupported: OURS,
  fault: OURS,
};

const isLanguage = (tag: string): tag is Language => tag === 'en' || tag === 'zh';

/** Reads one range of Accept-Language, such as `zh-CN;q=0.9`. */
function rangeOf(text: string): { language: string; weight: number } {
  const [tag = '', ...params] = text.split(';');
  const q = params.map((param) => param.trim()).find((param) => param.startsWith('q='));
  return {
    language: tag.trim().toLowerCase().split('-', 1)[0]!,
    weight: q === undefined ? 1 : Number(q.slice(2)),
  };
}

function negotiate(header: string): Language {
  let [best, most] = [DEFAULT, 0];
  for (const { language, weight } of header.split(',').map(rangeOf)) {
    if (isLanguage(language) && weight > most) [best, most] = [language, weight];
  }
  return best;
}

const remembered = new Map<string, Language>();

/** The language of Accept-Language that we speak and its sender likes best; English if none. */
export function languageOf(header: string | undefined): Language {
  if (header === undefined || header.length > HEADER_MAX) return DEFAULT;
  const known = remembered.get(header);
  if (known !== undefined) return known;
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  const language = negotiate(header);
  remembered.set(header, language);
  return language;
}

/** What a shop may show to its shopper. It has no character that JSON escapes. */
export function messageOf(refusal: HttpRefusal, language: Language): string {
  const words = messages[refusal.code][language];
  return typeof words === 'string' ? words : words(refusal as never);
}
