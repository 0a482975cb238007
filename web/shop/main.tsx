import './shop.css';
import { startPage } from '../kit/page/start-page.tsx';
import { ShopPage } from './shop-page.tsx';

startPage(ShopPage, (path) => path.startsWith('/s/'));
