// The function as a local edge in nginx's JavaScript module, with real requests.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createServer as listen } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'edge-'));
const received = [];
let gateway;
let nginx;
let port;

const freePort = () =>
    new Promise((found) => {
        const probe = listen().listen(0, '127.0.0.1', () => {
            const number = probe.address().port;
            probe.close(() => found(number));
        });
    });

before(async () => {
    gateway = createServer((incoming, response) => {
        received.push(`${incoming.method} ${incoming.url} ${incoming.headers['x-api-key'] ?? '-'}`);
        response.end('of the gateway');
    });
    await new Promise((started) => gateway.listen(0, '127.0.0.1', started));
    port = await freePort();
    writeFileSync(join(directory, 'edge.js'), readFileSync(join(here, '../function.js'), 'utf8') + readFileSync(join(here, 'nginx.njs.js'), 'utf8'));
    writeFileSync(join(directory, 'nginx.conf'), `
        load_module /usr/lib/nginx/modules/ngx_http_js_module.so;
        daemon off;
        pid ${directory}/pid;
        error_log stderr;
        events {}
        http {
            access_log off;
            client_body_temp_path ${directory}/body;
            proxy_temp_path ${directory}/proxy;
            fastcgi_temp_path ${directory}/fastcgi;
            uwsgi_temp_path ${directory}/uwsgi;
            scgi_temp_path ${directory}/scgi;
            js_path ${here}stub;
            js_import edge from ${directory}/edge.js;
            js_var $edge_args;
            js_var $edge_key;
            server {
                listen 127.0.0.1:${port};
                location / { js_content edge.edge; }
                location @gateway {
                    proxy_set_header x-api-key $edge_key;
                    proxy_pass http://127.0.0.1:${gateway.address().port}$uri?$edge_args;
                }
            }
        }`);
    nginx = spawn('/usr/sbin/nginx', ['-e', 'stderr', '-p', directory, '-c', join(directory, 'nginx.conf')], { stdio: 'inherit' });
    const deadline = Date.now() + 20_000;
    while ((await send('GET', '/admin').catch(() => null)) === null && Date.now() < deadline) {
        await new Promise((waited) => setTimeout(waited, 50));
    }
});

after(() => {
    nginx.kill();
    gateway.close();
    rmSync(directory, { recursive: true, force: true });
});

function send(method, path, headers = {}, body = '') {
    return new Promise((resolve, reject) => {
        const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
            let text = '';
            response.on('data', (chunk) => (text += chunk)).on('end', () => resolve({ status: response.statusCode, text, headers: response.headers }));
        });
        sent.on('error', reject).end(body);
    });
}

test('refuses what the gateways would refuse, without asking them', async () => {
    received.length = 0;
    assert.equal((await send('GET', '/admin/keys', { 'x-api-key': 'admin' })).status, 404);
    const refused = await send('GET', '/v1/conversations');
    assert.equal(refused.status, 401);
    assert.equal(refused.headers['cache-control'], 'private, no-store');
    assert.equal(JSON.parse(refused.text).error.type, 'authentication_error');
    const completion = await send('POST', '/v1/chat/completions', { 'content-type': 'application/json' }, '{}');
    assert.equal(completion.status, 401);
    assert.equal(JSON.parse(completion.text).error.code, 'invalid_api_key');
    assert.deepEqual(received, []);
});

test('passes everything else on, and published answers without key and query', async () => {
    received.length = 0;
    const answer = await send('POST', '/v1/messages?beta=true', { 'x-api-key': 'k', 'content-type': 'application/json' }, '{}');
    assert.equal(answer.text, 'of the gateway');
    await send('POST', '/v1/messages', { 'x-api-key': 'k', 'content-type': 'text/plain' }, '{}');
    await send('GET', '/v1/answers/ans_1?utm=x', { 'x-api-key': 'k' });
    assert.deepEqual(received.map((line) => line.replace(/\?(?= )/, '')), ['POST /v1/messages?beta=true k', 'POST /v1/messages k', 'GET /v1/answers/ans_1 -']);
});
