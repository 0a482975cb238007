import './page/shop.css';
import './page/cart.css';
import './page/receipt.css';
import './page/order.css';
import { startPage } from '../kit/page/start-page.tsx';
import { ShopPage } from './page/shop-page.tsx';

startPage(ShopPage, (path) => path.startsWith('/s/'));
