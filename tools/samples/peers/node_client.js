// Two HTTPS requests, the second on a resumed session: node node_client.js ADDRESS PORT SNI CA.pem MAXVERSION
const fs = require('fs');
const https = require('https');
const tls = require('tls');

const [address, port, name, ca, maxVersion] = process.argv.slice(2);
const agent = new https.Agent({ keepAlive: false });
const options = { host: address, port, servername: name, ca: fs.readFileSync(ca), maxVersion, agent, path: '/',
                  headers: { Host: name, Connection: 'close' }, ALPNProtocols: ['http/1.1'],
                  checkServerIdentity: (_, cert) => tls.checkServerIdentity(name, cert) };

function once(then) {
  const request = https.get(options, (response) => {
    const socket = response.socket;
    console.log(JSON.stringify({ version: socket.getProtocol(), cipher: socket.getCipher().standardName,
                                 alpn: socket.alpnProtocol || '', resumed: socket.isSessionReused(), port: socket.localPort }));
    response.resume();
    response.on('end', () => setTimeout(then, 200));
  });
  request.on('error', (error) => { console.log(String(error)); process.exit(1); });
}

once(() => once(() => process.exit(0)));
