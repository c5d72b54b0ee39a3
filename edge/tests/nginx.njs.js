
// Appended to function.js: makes CloudFront's event of a request of nginx, and nginx's response of the answer.
async function edge(r) {
    const values = (pairs) => {
        const object = {};
        Object.keys(pairs).forEach((name) => {
            object[name.toLowerCase()] = { value: pairs[name] };
        });
        return object;
    };
    const request = { method: r.method, uri: r.uri, querystring: values(r.args), headers: values(r.headersIn), cookies: {} };
    const answer = await handler({ context: { eventType: 'viewer-request' }, viewer: { ip: r.remoteAddress }, request: request });
    if (answer.statusCode) {
        Object.keys(answer.headers).forEach((name) => {
            r.headersOut[name] = answer.headers[name].value;
        });
        r.return(answer.statusCode, answer.body);
        return;
    }
    r.variables.edge_args = Object.keys(answer.querystring)
        .map((name) => name + '=' + answer.querystring[name].value)
        .join('&');
    r.variables.edge_key = answer.headers['x-api-key'] ? answer.headers['x-api-key'].value : '';
    r.internalRedirect('@gateway');
}

export default { edge };
