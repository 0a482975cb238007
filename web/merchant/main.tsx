import './style/merchant.css';
import { startPage } from '../kit/page/start-page.tsx';
import { MerchantPage } from './page/merchant-page.tsx';

startPage(MerchantPage, (path) => path === '/merchant' || path.startsWith('/merchant/'));
