import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { JWT_SECRET } from '../../../proof/builders/secrets.ts';
import { drawCart } from '../../../proof/demo/stay/gentle-rush.ts';
import { readySignIns } from '../../../proof/demo/stay/ready-sign-ins.ts';
import { Restock } from '../../../proof/demo/stay/restock.ts';
import { seededRandom } from '../../../proof/crowd/seeded-random.ts';
import { readSale } from '../../../proof/fleet/sale-admin.ts';

const file = readSale('examples/all-day.json');
const flash = file.offers.filter(({ lane }) => lane === 'flash').map(({ id }) => id);

test('a gentle rush fills carts that the service takes, with every offer of the sale', () => {
  const random = seededRandom(7);
  const carts = Array.from({ length: 500 }, () => drawCart(file, random));
  for (const cart of carts) {
    const offers = cart.map(({ offer }) => offer);
    expect(new Set(offers).size).toBe(offers.length);
    expect(offers.length === 1 || !offers.some((id) => flash.includes(id))).toBe(true);
    expect(cart.every(({ quantity }) => quantity === 1 || quantity === 2)).toBe(true);
  }
  const drawn = new Set(carts.flatMap((cart) => cart.map(({ offer }) => offer)));
  expect([...drawn].toSorted()).toEqual(file.offers.map(({ id }) => id).toSorted());
  expect(Math.max(...carts.map((cart) => cart.length))).toBe(3);
});

test('ready sign-ins carry their tokens where no server sees them', () => {
  const url = 'http://127.0.0.1:1234';
  const text = readySignIns({ url, jwtSecret: JWT_SECRET, sale: 'all-day', store: 'kiln' });
  const addresses = text.split('\n').filter((line) => line.startsWith(url));
  const paths = addresses.map((address) => {
    const { pathname, search, hash } = new URL(address);
    expect(search).toBe('');
    expect(hash).toMatch(/^#token=[\w-]+\.[\w-]+\.[\w-]+$/);
    return pathname;
  });
  expect(paths).toEqual(['/s/all-day', '/merchant', '/ops']);
});

const server = createServer((request, response) => {
  const isSale = request.url === `/v1/sales/${file.sale.id}`;
  const body = isSale
    ? { offers: file.offers.map(({ id }) => ({ id, stock: 'sold_out' })) }
    : { code: 'unauthorized' };
  response.writeHead(isSale ? 200 : 401, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
});
afterEach(() => server.close());

test('a merchant whose token is refused does not fall silent', async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const restock = new Restock({ url, jwtSecret: JWT_SECRET, file, random: () => 0 });
  await expect(restock.look()).rejects.toThrow('answered 401');
});
