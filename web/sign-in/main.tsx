import './sign-in.css';
import { startPage } from '../kit/page/start-page.tsx';
import { SignInPage } from './sign-in-page.tsx';

startPage(SignInPage, (path) => path === '/sign-in');
