import { expect, test } from 'vitest';
import { offerBody } from '../../../proof/builders/sale-files.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { HttpShop, merchant } from '../../world/stage/http-shop.ts';
import { withStage } from '../../world/servers/with-stage.ts';

let http: HttpShop;

withStage(
  'file',
  (world) => HttpShop.open(world, [offer('mug')]),
  (made) => (http = made),
);

const image = 'https://pictures.example/mugs/1.jpg?w=400';
const headers = { authorization: merchant };

const path = () => `${http.path}/offers/mug`;

const change = (method: 'PUT' | 'PATCH', body: object) =>
  http.send({ method, path: path(), headers, body });

/** The picture as the store reads it; undefined: none. */
async function picture(): Promise<unknown> {
  const asked = { ...headers, 'content-type': null };
  const answer = await http.send({ method: 'GET', path: path(), headers: asked });
  return ((await answer.json()) as { image: unknown }).image;
}

test('an offer has a picture until somebody takes it away', async () => {
  expect(await picture()).toBeUndefined();
  expect(await (await change('PATCH', { image })).json()).toMatchObject({ offer: { image } });
  expect(await picture()).toBe(image);
  await change('PATCH', { price: 900 });
  expect(await picture()).toBe(image);
  await change('PATCH', { image: null });
  expect(await picture()).toBeUndefined();
});

test('a PUT without a picture leaves the offer without one', async () => {
  const terms = offerBody({ lane: 'flash' });
  await change('PUT', { ...terms, image });
  expect(await picture()).toBe(image);
  await change('PUT', terms);
  expect(await picture()).toBeUndefined();
});
