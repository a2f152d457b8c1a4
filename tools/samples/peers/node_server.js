// One HTTPS page: node node_server.js PORT CERT.pem KEY.pem GROUPS
const fs = require('fs');
const https = require('https');

const [port, cert, key, groups] = process.argv.slice(2);
const options = { cert: fs.readFileSync(cert), key: fs.readFileSync(key), ecdhCurve: groups, ALPNProtocols: ['http/1.1'] };

https.createServer(options, (request, response) => {
  response.end("<!doctype html><title>sample</title><link rel=icon href='data:,'><p>Hello from a sample.\n");
}).listen(Number(port), '0.0.0.0');
