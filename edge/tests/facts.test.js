import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { batches, facts } from '../facts.js';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const issued = (key, sha256, previous, expires_at) => ({
    type: 'dev.parley.KeyIssued.v1',
    data: { key, tenant: 'acme', sha256, previous, expires_at }
});
const revoked = (key) => ({ type: 'dev.parley.KeyRevoked.v1', data: { key, tenant: 'acme' } });
const keys = (...events) => facts(events, '', NOW).map((fact) => fact.Key);

test('a valid key is no fact', () => assert.deepEqual(keys(issued('k', 'a')), []));

test('all secrets of a revoked key are refused', () => {
    assert.deepEqual(keys(issued('k', 'a'), issued('k', 'b'), revoked('k'), issued('l', 'c')), ['revoked:a', 'revoked:b']);
});

test('a replaced secret is refused after its overlap', () => {
    const until = (time) => [issued('k', 'a'), issued('k', 'b', { sha256: 'a', until: time })];
    assert.deepEqual(keys(...until('2026-11-24T11:59:59Z')), ['revoked:a']);
    assert.deepEqual(keys(...until('2026-11-24T12:00:01Z')), []);
});

test('a secret of an earlier rotation is refused after its own overlap', () => {
    const until = (time) => {
        const again = issued('k', 'c', { sha256: 'b', until: '2026-11-24T13:00:00Z' });
        again.data.earlier = [{ sha256: 'a', until: time }];
        return [again];
    };
    assert.deepEqual(keys(...until('2026-11-24T11:59:59Z')), ['revoked:a']);
    assert.deepEqual(keys(...until('2026-11-24T12:00:01Z')), []);
});

const PAST = '2026-11-24T12:00:00Z';
const FUTURE = '2026-11-24T12:00:01Z';
const ending = (expires_at) => issued('k', 'a', undefined, expires_at);

test('an expired key is refused from its end on', () => {
    assert.deepEqual(keys(ending(FUTURE)), []);
    assert.deepEqual(facts([ending(PAST)], '', NOW), [{ Key: 'revoked:a', Value: PAST }]);
    const overlap = issued('k', 'b', { sha256: 'a', until: FUTURE }, PAST);
    assert.deepEqual(keys(overlap), ['revoked:b', 'revoked:a']);
});

test('a key that was extended after its end is no longer refused', () => {
    assert.deepEqual(facts([ending(PAST), ending(FUTURE)], '', NOW), [{ Key: 'revoked:a', Value: 'never' }]);
    assert.deepEqual(facts([ending(PAST), ending()], '', NOW), [{ Key: 'revoked:a', Value: 'never' }]);
});

test('a revoked key stays revoked after its end', () => {
    assert.deepEqual(facts([ending(PAST), revoked('k')], '', NOW), [{ Key: 'revoked:a', Value: '1' }]);
});

test('an event that came too late does not count', () => {
    const versioned = (sha256, version) => ({ ...issued('k', sha256), data: { ...issued('k', sha256).data, version } });
    assert.deepEqual(keys(issued('k', 'a'), versioned('b', 1), versioned('c', 1)), ['revoked:a']);
    assert.deepEqual(keys(versioned('a', 2), issued('k', 'b'), versioned('c', 1)), ['revoked:a', 'revoked:b']);
    assert.deepEqual(keys(versioned('a', 1), revoked('k'), versioned('a', 2)), ['revoked:a']);
    assert.deepEqual(keys(issued('k', 'a'), revoked('k'), issued('k', 'a')), ['revoked:a']);
});

test('other events are skipped', () => assert.deepEqual(keys({ type: 'dev.parley.KeyChanged.v1', data: { Key: 'k' } }), []));

// As in AnswerAddressesTest.
test('tenants have the key of their signed addresses', () => {
    assert.deepEqual(facts([issued('k', 'a')], 'the secret of the gateways', NOW), [
        { Key: 'links:acme', Value: 'd39629ef42500be0911fb575af11a3aa939bc1210abf1bf50bee7834fd7b0e5b' }
    ]);
});

test('the allowed origins are a fact, if they fit into one', () => {
    const origins = 'https://chat.example.com,https://other.example.com';
    assert.deepEqual(facts([], '', NOW, origins), [{ Key: 'origins', Value: origins }]);
    assert.deepEqual(facts([], '', NOW, 'https://' + 'a'.repeat(1024)), []);
});

test('a call of the CLI puts at most 50 facts', () => {
    const all = Array.from({ length: 101 }, (_, i) => ({ Key: 'revoked:' + i, Value: '1' }));
    assert.deepEqual(batches(all).map((puts) => puts.length), [50, 50, 1]);
    assert.deepEqual(batches(all).flat(), all);
    assert.deepEqual(batches([]), []);
});

// --puts of `aws cloudfront-keyvaluestore update-keys`: https://docs.aws.amazon.com/goto/cli2/cloudfront-keyvaluestore-2022-07-26/UpdateKeys
test('each line of the output is the argument of a call', () => {
    const events = Array.from({ length: 60 }, (_, i) => [issued('k' + i, 'h' + i), revoked('k' + i)]).flat();
    const { status, stdout } = spawnSync('node', [fileURLToPath(new URL('../facts.js', import.meta.url))], {
        input: events.map((event) => JSON.stringify(event)).join('\n'),
        env: { PATH: process.env.PATH },
        encoding: 'utf8'
    });
    assert.equal(status, 0);
    const calls = stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(calls.map((puts) => puts.length), [50, 10]);
    assert.deepEqual(calls.flat()[59], { Key: 'revoked:h59', Value: '1' });
});
