// Appended to function.js and run by njs, whose language CloudFront's runtime 2.0 has, with the module of tests/stub.
// Events have the form of CloudFront's documentation.
const failures = [];
let checks = 0;

function check(name, actual, expected) {
    checks++;
    if (JSON.stringify(actual) !== JSON.stringify(expected)) {
        failures.push(name + ': ' + JSON.stringify(actual) + ' instead of ' + JSON.stringify(expected));
    }
}

function values(pairs) {
    const object = {};
    Object.keys(pairs || {}).forEach((name) => {
        object[name] = { value: pairs[name] };
    });
    return object;
}

function request(method, uri, headers, query) {
    return {
        version: '1.0',
        context: { distributionDomainName: 'd1.cloudfront.net', eventType: 'viewer-request', requestId: 'r' },
        viewer: { ip: '192.0.2.7' },
        request: {
            method: method,
            uri: uri,
            querystring: values(query),
            headers: values(headers),
            cookies: values({ session: 'x' })
        }
    };
}

// The language has no await in arguments.
async function checkStatus(name, event, expected) {
    const answer = await handler(event);
    check(name, answer.statusCode || 'passed', expected);
}

const JSON_BODY = { 'x-api-key': 'good', 'content-type': 'application/json' };
const hash = (text) => crypto.createHash('sha256').update(text).digest('hex');
const seconds = Math.floor(Date.now() / 1000);

async function surface() {
    await checkStatus('page', request('GET', '/'), 'passed');
    await checkStatus('config of the page', request('GET', '/page/config.json'), 'passed');
    const uris = ['/admin/keys', '/actuator/health', '//v1/messages', '/v1', '/wp-login.php', '/v1/answers/ans_1;1',
        '/v1/answers/%61ns_1', '/assets/1/main.js;2', '/v1/collections/acme.help,tenant-acme'];
    for (let i = 0; i < uris.length; i++) {
        const uri = uris[i];
        await checkStatus(uri, request('GET', uri, { 'x-api-key': 'good' }), 404);
    }
    await checkStatus('TRACE', request('TRACE', '/v1/messages', JSON_BODY), 405);
    await checkStatus('preflight', request('OPTIONS', '/v1/messages', { origin: 'https://a.example' }), 'passed');
}

async function bodies() {
    const post = (headers) => request('POST', '/v1/messages', Object.assign({ 'x-api-key': 'good' }, headers));
    await checkStatus('json', post({ 'content-type': 'application/json; charset=utf-8' }), 'passed');
    await checkStatus('no content type', post({}), 'passed');
    await checkStatus('form: the gateways read it as JSON', post({ 'content-type': 'application/x-www-form-urlencoded' }), 'passed');
    await checkStatus('largest', post({ 'content-length': '8388608' }), 'passed');
    await checkStatus('too large', post({ 'content-length': '8388609' }), 413);
    const refused = await handler(request('POST', '/v1/messages', { 'content-type': 'text/plain' }));
    check('shape', JSON.parse(refused.body), {
        type: 'error',
        error: { type: 'authentication_error', message: 'x-api-key or Authorization: Bearer header is required' }
    });
    check('private', refused.headers['cache-control'].value, 'private, no-store');
}

async function keys() {
    cf.facts['revoked:' + hash('revoked')] = '1';
    await checkStatus('no key', request('GET', '/v1/conversations'), 401);
    await checkStatus('key', request('GET', '/v1/conversations', { 'x-api-key': 'good' }), 'passed');
    await checkStatus('bearer', request('GET', '/v1/models', { authorization: 'Bearer good' }), 'passed');
    await checkStatus('revoked', request('GET', '/v1/models', { 'x-api-key': 'revoked' }), 401);
    await checkStatus('revoked bearer', request('GET', '/v1/models', { authorization: 'bearer revoked' }), 401);
    cf.facts['revoked:' + hash('expired')] = '2026-01-31T00:00:00Z';
    cf.facts['revoked:' + hash('expires')] = '9999-01-31T00:00:00Z';
    cf.facts['revoked:' + hash('extended')] = 'never';
    const expired = await handler(request('GET', '/v1/messages', { 'x-api-key': 'expired' }));
    check('expired', JSON.parse(expired.body).error, {
        type: 'authentication_error',
        message: 'This API key has expired: it was valid until 2026-01-31T00:00:00Z.'
    });
    await checkStatus('expires later', request('GET', '/v1/models', { 'x-api-key': 'expires' }), 'passed');
    await checkStatus('extended', request('GET', '/v1/models', { 'x-api-key': 'extended' }), 'passed');
    const details = '/v1/collections/help/questions/log';
    await checkStatus('details of a question', request('GET', details), 401);
    await checkStatus('publishing', request('PUT', details, { 'content-type': 'application/json' }), 401);
    const kept = await handler(request('POST', '/v1/messages', JSON_BODY, { beta: 'true' }));
    check('key is kept', kept.headers['x-api-key'].value, 'good');
    check('query is kept', kept.querystring, values({ beta: 'true' }));
}

// The shape of errors, as Dialect of the gateways decides it.
async function dialects() {
    const wanted = { message: 'Incorrect API key provided: x-api-key or Authorization: Bearer header is required', type: 'invalid_request_error', param: null, code: 'invalid_api_key' };
    const claudes = { type: 'authentication_error', message: 'x-api-key or Authorization: Bearer header is required' };
    const generation = (digits) => '/v1/generations/gen_019ab5365fc07' + digits + '9c41d2b7f08e6a15';
    const uris = ['/v1/chat/completions', '/v1/responses', '/v1/completions', '/v1/embeddings', '/v1/models', '/v1/models/claude-opus-5-5', generation('405') + '/events', generation('805')];
    for (let i = 0; i < uris.length; i++) {
        const refused = await handler(request('GET', uris[i]));
        check('OpenAI: ' + uris[i], JSON.parse(refused.body), { error: wanted });
    }
    const large = await handler(request('POST', '/v1/chat/completions', { authorization: 'Bearer good', 'content-length': '8388609' }));
    check('OpenAI: too large', JSON.parse(large.body).error.code, 'request_too_large');
    const method = await handler(request('TRACE', '/v1/chat/completions'));
    check('OpenAI: no code', JSON.parse(method.body).error.code, null);
    const others = ['/v1/messages', '/v1/chats', '/v1/completions1', '/v1/embeddings/1', '/v1/modelsx', '/v1/conversations', generation('005') + '/events'];
    for (let i = 0; i < others.length; i++) {
        const refused = await handler(request('GET', others[i]));
        check('Claude: ' + others[i], JSON.parse(refused.body).error, claudes);
    }
    const models = await handler(request('GET', '/v1/models', { 'anthropic-version': '2023-06-01' }));
    check('Claude: models', JSON.parse(models.body).error.type, 'authentication_error');
}

async function origins() {
    const allowed = 'https://chat.example.com';
    const refused = async (uri, origin) => {
        const answer = await handler(request('GET', uri, { origin: origin }));
        const header = answer.headers['access-control-allow-origin'];
        return header ? header.value : 'none';
    };
    const checkOrigin = async (name, uri, origin, expected) => {
        const actual = await refused(uri, origin);
        check(name, actual, expected);
    };
    await checkOrigin('no fact', '/v1/models', allowed, 'none');
    cf.facts.origins = 'https://a.example, ' + allowed;
    await checkOrigin('allowed origin', '/v1/models', allowed, allowed);
    await checkOrigin('other origin', '/v1/models', 'https://b.example', 'none');
    await checkOrigin('outside the API', '/admin/keys', allowed, 'none');
    cf.facts.origins = '*';
    await checkOrigin('all origins', '/v1/models', 'https://b.example', 'https://b.example');
    const answer = await handler(request('GET', '/v1/models', { origin: allowed }));
    check('for this origin', answer.headers.vary.value, 'Origin');
    check('all headers', answer.headers['access-control-expose-headers'].value, '*');
}

async function cacheable() {
    const uris = ['/v1/answers/ans_1', '/v1/answers/ans_1/events', '/v1/collections/acme.help', '/assets/1/a.js'];
    for (let i = 0; i < uris.length; i++) {
        const uri = uris[i];
        const passed = await handler(
            request('GET', uri, { 'x-api-key': 'good', authorization: 'Bearer x', 'x-parley-edge-hit': '1' }, { utm: 'x' }));
        check(uri + ' headers', passed.headers, {});
        check(uri + ' query', passed.querystring, {});
        check(uri + ' cookies', passed.cookies, {});
    }
}

async function signatures() {
    const uri = '/v1/t/acme/answers/ans_1';
    const sign = (end) => crypto.createHmac('sha256', 'the key').update(uri + '?e=' + end).digest('hex');
    const end = String(seconds + 60);
    const good = { e: end, s: sign(end), utm: 'x' };
    await checkStatus('unknown tenant: the gateways decide', request('GET', uri, {}, { e: end, s: 'any' }), 'passed');
    cf.facts['links:acme'] = 'the key';
    const passed = await handler(request('GET', uri, {}, good));
    check('signed', passed.querystring, values({ e: end, s: sign(end) }));
    await checkStatus('forged', request('GET', uri, {}, { e: end, s: sign(String(seconds)) }), 403);
    await checkStatus('extended', request('GET', uri, {}, { e: end + '0', s: good.s }), 403);
    await checkStatus('expired', request('GET', uri, {}, { e: String(seconds - 1), s: sign(String(seconds - 1)) }), 403);
    await checkStatus('unsigned', request('GET', uri), 403);
    await checkStatus('another answer', request('GET', uri + '2', {}, good), 403);
    // Made by AnswerAddresses, whose test has the same address.
    cf.facts['links:acme'] = 'd39629ef42500be0911fb575af11a3aa939bc1210abf1bf50bee7834fd7b0e5b';
    await checkStatus('of a gateway', request('GET', '/v1/t/acme/answers/ans_0123456789abcdef0123456789abcdef', {}, { e: '4102444800', s: 'c2f4123d96c64971183c2bb250006978ae42e9cc008ecd3fd0568f3baf3edb59' }), 'passed');
}

async function regions() {
    const events = (partition) =>
        request('GET', '/v1/generations/gen_019ab5365fc07' + partition + '9c41d2b7f08e6a15/events', { 'x-api-key': 'good' });
    await checkStatus('no regions', events('005'), 'passed');
    cf.facts.regions = '[{"from":0,"to":11,"origin":"eu.example.com"},{"from":12,"to":23,"origin":"us.example.com"}]';
    await handler(events('005'));
    // The two bits before the partition are the format of the answer.
    await handler(events('40c'));
    await handler(events('0ff'));
    check('origins', cf.origins, ['eu.example.com', 'us.example.com']);
    cf.facts.regions = '{';
    await checkStatus('malformed regions', events('005'), 'passed');
}

async function responses() {
    const event = request('GET', '/v1/answers/ans_1');
    event.context.eventType = 'viewer-response';
    event.response = { statusCode: 200, headers: values({ 'cache-tag': 'tenant-acme', etag: '"1"' }), cookies: {} };
    const response = await handler(event);
    check('response', response.headers, values({ etag: '"1"', 'server-timing': 'edge;desc=cloudfront' }));
}

// Whatever arrives, the function answers with a request or a response.
async function neverThrows() {
    let state = 20261124;
    const random = (n) => {
        state = (state * 1103515245 + 12345) % 2147483648;
        return state % n;
    };
    const parts = ['/', 'v1', 't', 'acme', 'answers', 'ans_1', '..', '%00', '', 'generations', 'gen_' + 'f'.repeat(32), 'é', 'events', 'collections', '\\', '?'];
    const texts = ['', 'x', '-1', '99999999999999999999', 'Bearer', 'Bearer ', 'a'.repeat(5000), '\u0000', '{', 'application/json', null, undefined, 7];
    const names = ['x-api-key', 'authorization', 'content-type', 'content-length', 'x-parley-edge-', 'cookie', '__proto__', 'constructor'];
    for (let i = 0; i < 20000; i++) {
        let uri = '';
        for (let n = random(6); n >= 0; n--) {
            uri += '/' + parts[random(parts.length)];
        }
        const headers = {};
        const query = {};
        for (let n = random(4); n > 0; n--) {
            headers[names[random(names.length)]] = texts[random(texts.length)];
            query[['e', 's', '__proto__', 'x'][random(4)]] = texts[random(texts.length)];
        }
        const event = request(['GET', 'HEAD', 'POST', 'PUT', 'get', ''][random(6)], random(50) === 0 ? undefined : uri, headers, query);
        if (random(50) === 0) {
            event.request.headers = undefined;
        }
        try {
            const answer = await handler(event);
            const isResponse = answer.statusCode >= 400 && answer.statusCode < 500;
            if (answer !== event.request && !isResponse) {
                failures.push('neither a request nor a refusal: ' + JSON.stringify(event));
            }
        } catch (e) {
            failures.push('threw ' + e + ' for ' + JSON.stringify(event));
        }
        checks++;
    }
}

(async () => {
    const groups = [surface, bodies, keys, dialects, origins, cacheable, signatures, regions, responses, neverThrows];
    for (let i = 0; i < groups.length; i++) {
        const group = groups[i];
        await group();
    }
    if (failures.length > 0) {
        console.log(failures.slice(0, 20).join('\n'));
        throw new Error(failures.length + ' of ' + checks + ' checks failed');
    }
    console.log(checks + ' checks passed');
})();
