import '../rush/rush.css';
import '../rush/cells.css';
import '../rush/one-screen.css';
import '../stories/stories.css';
import { startPage } from '../../kit/page/start-page.tsx';
import { OpsPage } from './ops-page.tsx';

startPage(OpsPage, (path) => path === '/ops' || path.startsWith('/ops/'));
