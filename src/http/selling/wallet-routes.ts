import Type from 'typebox';
import { isRefusal } from '../../domain/refusals.ts';
import type { Answers } from '../answers.ts';
import type { App, HttpDeps } from '../deps.ts';
import { SaleParams, named, strict } from '../schemas.ts';

const WalletView = named(
  'Wallet',
  strict({
    points: Type.Integer(),
    redPacket: Type.Integer(),
    coupons: Type.Array(
      named('HeldCoupon', strict({ promotion: Type.String(), held: Type.Integer() })),
    ),
  }),
);

export function walletRoutes(app: App, { selling }: HttpDeps, answers: Answers): void {
  const schema = {
    summary: 'Read your points, red packet and coupons in a sale',
    params: SaleParams,
    response: { 200: WalletView },
  };
  app.get('/v1/sales/:sale/wallet', { schema }, async (request, reply) => {
    const wallet = await selling.walletOf(request.params.sale, request.claims!.sub);
    if (isRefusal(wallet)) return answers.refuse(request, reply, wallet);
    return answers.ok(request, reply, wallet);
  });
}
