// The edge function of CloudFront (JavaScript runtime 2.0), for viewer requests and viewer responses. It refuses early
// what the gateways would refuse, and normalises what the cache stores by. It fails open: the gateways check everything
// again. Its facts are in a KeyValueStore:
//   revoked:<SHA-256 of a key>   1: the key is revoked; a time: it expires then; anything else: it is valid
//   links:<tenant>               the key of the tenant's signed addresses
//   origins                      PARLEY_ALLOWED_ORIGINS of the gateways
//   regions                      [{"from": 0, "to": 11, "origin": "eu.example.com"}], by partition of the generation
import cf from 'cloudfront';
import crypto from 'crypto';

const BODY_BYTES_MAX = 8 * 1024 * 1024;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const SURFACE = /^\/(?:$|assets\/|page\/|v1\/)/;
const CACHEABLE = /^\/(?:assets\/.+|v1\/collections\/[^\/]+|v1\/answers\/[^\/]+(?:\/events)?)$/;
const SIGNED = /^\/v1\/t\/([a-z0-9-]{1,64})\/answers\/[^\/]+$/;
const RESUME = /^\/v1\/generations\/gen_[0-9a-f]{13}([0-9a-f]{3})[0-9a-f]{16}(?:\/events)?$/;
const SHARED = /^\/(?:assets|v1\/(?:answers|collections|t))\//;
const EDGE = 'x-parley-edge';

const TYPES = {
    400: 'invalid_request_error',
    401: 'authentication_error',
    403: 'permission_error',
    404: 'not_found_error',
    405: 'invalid_request_error',
    413: 'request_too_large'
};

// Of OpenAI's API; null for other errors.
const CODES = { 401: 'invalid_api_key', 403: 'permission_denied', 404: 'not_found', 413: 'request_too_large' };

// The API of a request, as the gateways decide it: by the path, by the headers of all clients of Claude's API, or by the
// format in the id of an answer.
function isOpenAi(request) {
    if (/^\/v1\/models(?:\/|$)/.test(request.uri)) {
        return !request.headers['anthropic-version'] && !request.headers['x-api-key'];
    }
    return /^\/v1\/(?:chat\/|responses|(?:completions|embeddings)$|generations\/gen_[0-9a-f]{13}[4-9ab][0-9a-f]{18}(?:\/|$))/.test(request.uri);
}

function refusal(request, status, message) {
    const prefix = status === 401 ? 'Incorrect API key provided: ' : '';
    const error = isOpenAi(request)
        ? { error: { message: prefix + message, type: 'invalid_request_error', param: null, code: CODES[status] || null } }
        : { type: 'error', error: { type: TYPES[status], message: message } };
    return {
        statusCode: status,
        headers: {
            'content-type': { value: 'application/json' },
            'cache-control': { value: 'private, no-store' }
        },
        body: JSON.stringify(error)
    };
}

function header(request, name) {
    const found = request.headers[name];
    return found ? found.value : '';
}

async function stored(key) {
    try {
        return await cf.kvs().get(key);
    } catch (e) {
        return '';
    }
}

function isReading(request) {
    return request.method === 'GET' || request.method === 'HEAD';
}

// What the gateways refuse without looking at the body.
function objection(request) {
    // Another spelling of an address would be another copy.
    if (!SURFACE.test(request.uri) || (SHARED.test(request.uri) && /[^\w./-]/.test(request.uri))) {
        return refusal(request, 404, 'There is nothing at this address.');
    }
    if (METHODS.indexOf(request.method) < 0) {
        return refusal(request, 405, 'This method is not supported.');
    }
    const length = header(request, 'content-length');
    if (length !== '' && Number(length) > BODY_BYTES_MAX) {
        return refusal(request, 413, 'Request exceeds the maximum size of ' + BODY_BYTES_MAX + ' bytes');
    }
    return null;
}

// A request for what everyone may read: the response depends on the address only.
function withoutCredentials(request, kept) {
    const query = {};
    kept.forEach((name) => {
        if (request.querystring[name]) {
            query[name] = { value: request.querystring[name].value };
        }
    });
    request.querystring = query;
    request.cookies = {};
    delete request.headers.authorization;
    delete request.headers['x-api-key'];
    return request;
}

async function signed(request, tenant) {
    const end = request.querystring.e ? request.querystring.e.value : '';
    const signature = request.querystring.s ? request.querystring.s.value : '';
    const invalid = refusal(request, 403, 'The signature of this address is invalid or has expired.');
    if (!/^[0-9]{1,11}$/.test(end) || Number(end) * 1000 <= Date.now()) {
        return invalid;
    }
    const key = await stored('links:' + tenant);
    if (key !== '') {
        const wanted = crypto.createHmac('sha256', key).update(request.uri + '?e=' + end).digest('hex');
        if (wanted !== signature) {
            return invalid;
        }
    }
    return withoutCredentials(request, ['e', 's']);
}

async function authenticated(request) {
    const bearer = /^bearer\s+(.+)$/i.exec(header(request, 'authorization'));
    const key = header(request, 'x-api-key') || (bearer ? bearer[1] : '');
    if (key === '') {
        return refusal(request, 401, 'x-api-key or Authorization: Bearer header is required');
    }
    const revoked = await stored('revoked:' + crypto.createHash('sha256').update(key).digest('hex'));
    if (revoked === '1') {
        return refusal(request, 401, 'invalid x-api-key');
    }
    return Date.parse(revoked) <= Date.now()
        ? refusal(request, 401, 'This API key has expired: it was valid until ' + revoked + '.')
        : request;
}

// An answer is resumed where its partition of chat.deltas is.
async function inItsRegion(request, digits) {
    const partition = parseInt(digits, 16) & 1023;
    const regions = await stored('regions');
    const region = regions === '' ? [] : JSON.parse(regions).filter((one) => one.from <= partition && partition <= one.to);
    if (region.length > 0) {
        cf.updateRequestOrigin({ domainName: region[0].origin });
    }
    return request;
}

async function viewerRequest(request) {
    Object.keys(request.headers).forEach((name) => {
        if (name.indexOf(EDGE) === 0) {
            delete request.headers[name];
        }
    });
    const refused = objection(request);
    if (refused !== null) {
        return refused;
    }
    const link = SIGNED.exec(request.uri);
    if (isReading(request) && link !== null) {
        return await signed(request, link[1]);
    }
    if (isReading(request) && CACHEABLE.test(request.uri)) {
        return withoutCredentials(request, []);
    }
    if (request.method === 'OPTIONS' || request.uri.indexOf('/v1/') !== 0) {
        return request;
    }
    const known = await authenticated(request);
    const resume = RESUME.exec(request.uri);
    return known === request && resume !== null ? await inItsRegion(request, resume[1]) : known;
}

// The headers without which a page of another site cannot read a refusal.
async function readable(request, response) {
    const origin = header(request, 'origin');
    if (origin !== '' && request.uri.indexOf('/v1/') === 0) {
        const known = await stored('origins');
        const allowed = known.split(',').map((one) => one.trim());
        if (allowed.indexOf('*') >= 0 || allowed.indexOf(origin) >= 0) {
            response.headers['access-control-allow-origin'] = { value: origin };
            response.headers['access-control-expose-headers'] = { value: '*' };
            response.headers.vary = { value: 'Origin' };
        }
    }
    return response;
}

function viewerResponse(response) {
    delete response.headers['cache-tag'];
    response.headers['server-timing'] = { value: 'edge;desc=cloudfront' };
    return response;
}

async function handler(event) {
    const answering = event.context.eventType === 'viewer-response';
    try {
        if (answering) {
            return viewerResponse(event.response);
        }
        const answer = await viewerRequest(event.request);
        return answer.statusCode ? await readable(event.request, answer) : answer;
    } catch (e) {
        return answering ? event.response : event.request;
    }
}
