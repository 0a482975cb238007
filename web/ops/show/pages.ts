export { usePages } from '../../kit/page/pages.ts';
