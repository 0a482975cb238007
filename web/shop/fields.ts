export { fieldsOf } from '../kit/api/ask-json.ts';
