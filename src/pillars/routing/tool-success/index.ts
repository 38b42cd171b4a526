export { toolSuccess } from './tool-success.ts';
