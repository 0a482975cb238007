import type { SaleId, ShopperId } from '../../domain/ids.ts';
import { isRefusal } from '../../domain/refusals.ts';
import { OPERATOR, answerApplied } from '../admin.ts';
import type { Admin } from '../admin.ts';
import { BalancesBody, ShopperParams } from '../terms/promotion-schemas.ts';
import { BalancesView, WalletView } from '../terms/promotion-views.ts';
import { SaleParams } from '../schemas.ts';
import { pending } from '../views.ts';

function putBalancesRoute(admin: Admin): void {
  const { app, deps, answers } = admin;
  const schema = {
    summary: 'Set what a shopper was given in all: points, red packet',
    params: ShopperParams,
    body: BalancesBody,
    response: { 200: BalancesView, 202: pending(BalancesView) },
  };
  const path = '/v1/sales/:sale/shoppers/:shopper/balances';
  app.put(path, { schema, config: OPERATOR }, async (request, reply) => {
    const { sale, shopper } = request.params;
    const { points, redPacket } = request.body;
    const changed = await deps.terms.setBalances(sale as SaleId, shopper as ShopperId, {
      ...(points === undefined ? {} : { points }),
      ...(redPacket === undefined ? {} : { redPacketMinor: redPacket }),
    });
    if (isRefusal(changed)) return answers.refuse(request, reply, changed);
    return answerApplied(admin, request, reply, changed.view, changed.pendingCells);
  });
}

function walletRoute({ app, deps, answers }: Admin): void {
  const schema = {
    summary: 'What you hold in a sale: points, red packet, coupons',
    params: SaleParams,
    response: { 200: WalletView },
  };
  const config = { policy: ['shopper'] } as const;
  app.get('/v1/sales/:sale/wallet', { schema, config }, async (request, reply) => {
    const wallet = await deps.selling.wallet(request.params.sale as SaleId, request.claims!.sub);
    if (isRefusal(wallet)) return answers.refuse(request, reply, wallet);
    return answers.ok(request, reply, wallet);
  });
}

/** What shoppers have besides orders. */
export function walletRoutes(admin: Admin): void {
  putBalancesRoute(admin);
  walletRoute(admin);
}
