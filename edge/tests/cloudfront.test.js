// Validates the template against CloudFront's resource specification, and that nothing private can be cached.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import { template } from '../cloudfront.js';

const specification = await loadAwsServiceSpec();
const distribution = template.Resources.Distribution.Properties.DistributionConfig;
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const ALL_VIEWER_EXCEPT_HOST_HEADER = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

const isIntrinsic = (value) => typeof value === 'object' && /^(Ref|Fn::.+)$/.test(Object.keys(value)[0]);

// The objections to a value of a type in the specification.
function objections(value, type, path) {
    if (isIntrinsic(value)) {
        return [];
    }
    switch (type.type) {
        case 'string':
            return typeof value === 'string' ? [] : [`${path} is no string`];
        case 'boolean':
            return typeof value === 'boolean' ? [] : [`${path} is no boolean`];
        case 'number':
        case 'integer':
            return typeof value === 'number' ? [] : [`${path} is no number`];
        case 'array':
            return Array.isArray(value)
                ? value.flatMap((element, i) => objections(element, type.element, `${path}[${i}]`))
                : [`${path} is no array`];
        case 'ref':
            return members(value, specification.get('typeDefinition', type.reference.$ref).properties, path);
        default:
            return [`${path} has the type ${type.type}, which this test does not know`];
    }
}

function members(value, properties, path) {
    const missing = Object.keys(properties)
        .filter((name) => properties[name].required && !(name in value))
        .map((name) => `${path}.${name} is missing`);
    const wrong = Object.keys(value).flatMap((name) =>
        name in properties ? objections(value[name], properties[name].type, `${path}.${name}`) : [`${path}.${name} does not exist`]);
    return [...missing, ...wrong];
}

for (const [name, resource] of Object.entries(template.Resources)) {
    test(`${name} is a valid ${resource.Type}`, () => {
        const known = specification.lookup('resource', 'cloudFormationType', 'equals', resource.Type).only();
        assert.deepEqual(members(resource.Properties, known.properties, name), []);
    });
}

test('the validation finds a wrong template', () => {
    const known = specification.lookup('resource', 'cloudFormationType', 'equals', 'AWS::CloudFront::Distribution').only();
    const wrong = { DistributionConfig: { ...distribution, Enabled: 'yes', Cache: true } };
    assert.equal(members(wrong, known.properties, 'wrong').length, 2);
});

// The behaviour that CloudFront selects for a path.
function behaviour(path) {
    return (
        distribution.CacheBehaviors.find((one) => new RegExp('^' + one.PathPattern.replaceAll('*', '.*') + '$').test(path)) ??
        distribution.DefaultCacheBehavior
    );
}

for (const path of [
    '/', '/page/config.json', '/v1/messages', '/v1/chat/completions', '/v1/models', '/v1/conversations', '/v1/conversations/c/export',
    '/v1/generations/gen_1/events', '/v1/collections/help/questions/sky', '/v1/collections/help/questions/sky/refresh', '/admin/keys']) {
    test(`${path} is not cached`, () => assert.equal(behaviour(path).CachePolicyId, CACHING_DISABLED));
}

// By "Control how long CloudFront caches errors", which also says that Cache-Control does not prevent it from 500 on, but 501.
test('no error is stored by itself', () => {
    const stored = distribution.CustomErrorResponses.filter((one) => one.ErrorCachingMinTTL !== 0 || one.ResponsePagePath);
    assert.deepEqual(stored, []);
    assert.deepEqual(
        distribution.CustomErrorResponses.map((one) => one.ErrorCode),
        [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]
    );
});

test('no response of before a purge is stored after its repetition', () => {
    const settings = readFileSync(new URL('../../cache-service/src/main/resources/application.yaml', import.meta.url), 'utf8');
    const repeatAfter = Number(settings.match(/repeat-after: (\d+)s/)[1]);
    for (const one of distribution.CacheBehaviors.filter((one) => one.CachePolicyId !== CACHING_DISABLED)) {
        const origin = distribution.Origins.find((origin) => origin.Id === one.TargetOriginId);
        assert.ok(origin.CustomOriginConfig.OriginReadTimeout < repeatAfter, one.PathPattern);
    }
});

for (const path of ['/v1/collections/acme.help', '/v1/answers/ans_1', '/v1/answers/ans_1/events', '/v1/t/acme/answers/ans_1', '/assets/1/a.js']) {
    test(`${path} is cached by its address, if a gateway permits it`, () => {
        assert.deepEqual(behaviour(path).CachePolicyId, { Ref: 'PublishedPolicy' });
        assert.deepEqual(behaviour(path).AllowedMethods, ['GET', 'HEAD']);
        assert.equal(behaviour(path).OriginRequestPolicyId, undefined, 'no header of a client reaches the gateways');
        const policy = template.Resources.PublishedPolicy.Properties.CachePolicyConfig;
        assert.equal(policy.MinTTL + policy.DefaultTTL, 0);
    });
}

// A route of the gateways does not match the domain of the distribution.
for (const path of ['/v1/messages', '/v1/generations/gen_1/events', '/v1/collections/help/questions/sky']) {
    test(`the gateways get all headers of ${path} but Host, which has their own name`, () =>
        assert.equal(behaviour(path).OriginRequestPolicyId, ALL_VIEWER_EXCEPT_HOST_HEADER));
}

test('every behaviour runs the function for requests and responses', () => {
    for (const one of [distribution.DefaultCacheBehavior, ...distribution.CacheBehaviors]) {
        assert.deepEqual(one.FunctionAssociations.map((each) => each.EventType), ['viewer-request', 'viewer-response']);
    }
});
