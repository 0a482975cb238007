import './page/shop.css';
import { startPage } from '../kit/page/start-page.tsx';
import { ShopPage } from './page/shop-page.tsx';

startPage(ShopPage, (path) => path.startsWith('/s/'));
