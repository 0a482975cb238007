/** What the service says in English of a fault, and the same in Chinese; `$1` is a number. */
const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/^must be >= (\S+)$/, '不能小于 $1'],
  [/^must be <= (\S+)$/, '不能大于 $1'],
  [/^must be a whole number from (\S+) to (\S+)$/, '应为 $1 到 $2 的整数'],
  [/^must be (?:string|integer|number|boolean|object|array)\b.*$/, '类型不对'],
  [/^must match (?:pattern|format) .*$/, '格式不对'],
  [/^must be an RFC 3339 time .*$/, '时间格式不对'],
  [/^must NOT have fewer than (\d+) characters$/, '至少 $1 个字符'],
  [/^must NOT have more than (\d+) characters$/, '最多 $1 个字符'],
  [/^must NOT have fewer than (\d+) items$/, '至少 $1 项'],
  [/^must NOT have more than (\d+) items$/, '最多 $1 项'],
  [/^must list from (\d+) to (\d+), or be left out$/, '应有 $1 到 $2 项，或留空'],
  [/^must hold from (\d+) to (\d+) tiers$/, '应有 $1 到 $2 档'],
  [/^must not be above the list price$/, '不能高于划线价'],
  [/^must be above the last$/, '必须高于上一档'],
  [/^must be below every$/, '必须小于每组件数'],
  [/^is listed twice$/, '重复了'],
  [/^is given more than once$/, '重复了'],
  [/^the sale has no such layer$/, '活动里没有这个层级'],
  [/^the sale has no such .*$/, '活动里没有它'],
  [/^is not a member of the sale$/, '不是活动的参与店铺'],
  [/^belongs to .+, which does not bear this promotion$/, '属于其他承担方，不能用于这个优惠'],
  [/^free units need a layer of basis activity$/, '免件只能放在按活动价计算的层级'],
  [/^a gift takes no coupon$/, '赠品不能用券'],
  [/^a gift draws from no budget$/, '赠品不占用预算'],
  [/^a gift cannot be claimed$/, '赠品不能领取'],
  [/^only a coupon or a red packet can be claimed$/, '只有优惠券和红包可以领取'],
  [/^the sale is closed$/, '活动已经结束'],
  [/^(?:the )?\S+ (?:is|are) fixed from the first opening$/, '活动首次开启后不能再改这一项'],
  [/^a red packet is one from the first opening$/, '活动首次开启后不能再改是否为红包'],
  [/^a .+ cannot be cut once the sale was opened$/, '活动开启后不能调低'],
  [/^.+ at most (\d+) (?:offers|budgets|promotions).*$/, '数量已达上限：$1 个'],
  [/^the old secret still signs: rotate again after (\S+)$/, '旧密钥仍在签名，请在 $1 之后再更换'],
  [/^the endpoint is disabled: .*$/, '推送地址已停用，请先启用再重发'],
  [/^line \d+ has only (\d+) left to refund$/, '有一行只剩 $1 件可退'],
  [/^an order that is \S+ cannot be refunded$/, '订单当前的状态不能退款'],
];

/** A fault in Chinese; what nobody has translated stands as it is behind a word that says so. */
export function faultInChinese(detail: string): string {
  for (const [pattern, text] of FAULTS) {
    if (pattern.test(detail)) return detail.replace(pattern, text);
  }
  return `不符合要求（英文原文：${detail}）`;
}
