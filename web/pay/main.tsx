import './pay.css';
import { startPage } from '../kit/page/start-page.tsx';
import { PayPage } from './pay-page.tsx';

startPage(PayPage, (path) => path.startsWith('/pay/'));
