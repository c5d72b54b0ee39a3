import assert from 'node:assert/strict';
import { test } from 'node:test';
import { facts } from '../facts.js';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const issued = (key, sha256, previous, expires_at) => ({
    type: 'dev.parley.KeyIssued.v1',
    data: { key, tenant: 'acme', sha256, previous, expires_at }
});
const revoked = (key) => ({ type: 'dev.parley.KeyRevoked.v1', data: { key, tenant: 'acme' } });
const keys = (...events) => facts(events, '', NOW).map((fact) => fact.key);

test('a valid key is no fact', () => assert.deepEqual(keys(issued('k', 'a')), []));

test('all secrets of a revoked key are refused', () => {
    assert.deepEqual(keys(issued('k', 'a'), issued('k', 'b'), revoked('k'), issued('l', 'c')), ['revoked:a', 'revoked:b']);
});

test('a replaced secret is refused after its overlap', () => {
    const until = (time) => [issued('k', 'a'), issued('k', 'b', { sha256: 'a', until: time })];
    assert.deepEqual(keys(...until('2026-11-24T11:59:59Z')), ['revoked:a']);
    assert.deepEqual(keys(...until('2026-11-24T12:00:01Z')), []);
});

const PAST = '2026-11-24T12:00:00Z';
const FUTURE = '2026-11-24T12:00:01Z';
const ending = (expires_at) => issued('k', 'a', undefined, expires_at);

test('an expired key is refused from its end on', () => {
    assert.deepEqual(keys(ending(FUTURE)), []);
    assert.deepEqual(facts([ending(PAST)], '', NOW), [{ key: 'revoked:a', value: PAST }]);
    const overlap = issued('k', 'b', { sha256: 'a', until: FUTURE }, PAST);
    assert.deepEqual(keys(overlap), ['revoked:b', 'revoked:a']);
});

test('a key that was extended after its end is no longer refused', () => {
    assert.deepEqual(facts([ending(PAST), ending(FUTURE)], '', NOW), [{ key: 'revoked:a', value: 'never' }]);
    assert.deepEqual(facts([ending(PAST), ending()], '', NOW), [{ key: 'revoked:a', value: 'never' }]);
});

test('a revoked key stays revoked after its end', () => {
    assert.deepEqual(facts([ending(PAST), revoked('k')], '', NOW), [{ key: 'revoked:a', value: '1' }]);
});

test('other events are skipped', () => assert.deepEqual(keys({ type: 'dev.parley.KeyChanged.v1', data: { key: 'k' } }), []));

// As in AnswerAddressesTest.
test('tenants have the key of their signed addresses', () => {
    assert.deepEqual(facts([issued('k', 'a')], 'the secret of the gateways', NOW), [
        { key: 'links:acme', value: 'd39629ef42500be0911fb575af11a3aa939bc1210abf1bf50bee7834fd7b0e5b' }
    ]);
});

test('the allowed origins are a fact, if they fit into one', () => {
    const origins = 'https://chat.example.com,https://other.example.com';
    assert.deepEqual(facts([], '', NOW, origins), [{ key: 'origins', value: origins }]);
    assert.deepEqual(facts([], '', NOW, 'https://' + 'a'.repeat(1024)), []);
});
