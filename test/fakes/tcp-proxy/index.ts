export { startTcpProxy, type TcpProxy } from './start-tcp-proxy.ts';
