/**
 * The control of a flood: `node dummy-server.ts PORT` refuses every request at once. What honest
 * shoppers lose while attackers flood it is lost to the attackers' own CPU, not to the service.
 */
import { createServer } from 'node:http';

const TOO_MANY = 429;
const BODY = JSON.stringify({ type: 'about:blank', status: TOO_MANY });

const server = createServer((request, response) => {
  request.resume();
  response.writeHead(TOO_MANY, {
    'content-type': 'application/json',
    'content-length': BODY.length,
  });
  response.end(BODY);
});
server.listen(Number(process.argv[2]), '127.0.0.1');
process.once('SIGTERM', () => process.exit());
