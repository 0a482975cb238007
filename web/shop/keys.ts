export { newKey } from '../kit/api/new-key.ts';
