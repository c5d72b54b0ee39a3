// Prints the facts of the edge function, one line for each call of the AWS CLI that puts them into its KeyValueStore:
//   ./parley replay chat.keys | PARLEY_GENERATION_ID_SECRET=… PARLEY_ALLOWED_ORIGINS=… node edge/facts.js |
//     while IFS= read -r puts; do
//       etag=$(aws cloudfront-keyvaluestore describe-key-value-store --kvs-arn ARN --query ETag --output text) &&
//         aws cloudfront-keyvaluestore update-keys --kvs-arn ARN --if-match "$etag" --puts "$puts" || break
//     done
// A hash of a secret is on the log for a week after its replacement, so run it at least daily, and delete nothing. Run it
// also after extending a key that has expired: the edge refuses the key until then.
import { createHmac } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const hmac = (key, message) => createHmac('sha256', key).update(message).digest('hex');

// The largest value of a KeyValueStore, in bytes.
const VALUE_MAX = 1024;

// The most pairs of a call of update-keys. Their size, at most 3 MB, is bounded by that of a value.
const PUTS_MAX = 50;

// The facts of these events of chat.keys, in the order of the log. The secret and the allowed origins are those of the
// gateways, empty for none.
export function facts(events, secret, now, origins = '') {
    const hashes = new Map();
    const valid = new Map();
    // By key: when it expires by its newest event, and whether it had expired before.
    const ends = new Map();
    const tenants = new Set();
    // By key: the version of its state. An event that is not above it, or follows a revocation, came too late to count.
    const versions = new Map();
    for (const { type, data } of events) {
        if (type === 'dev.parley.KeyIssued.v1') {
            if (data.version <= versions.get(data.key) || versions.get(data.key) === Infinity) {
                continue;
            }
            versions.set(data.key, data.version ?? 0);
            const replaced = [data.previous, ...(data.earlier ?? [])].filter(Boolean);
            const good = replaced.filter(({ until }) => Date.parse(until) > now);
            const all = replaced.map(({ sha256 }) => sha256);
            hashes.set(data.key, [...(hashes.get(data.key) ?? []), data.sha256, ...all]);
            valid.set(data.key, [data.sha256, ...good.map(({ sha256 }) => sha256)]);
            const expired = Date.parse(data.expires_at) <= now || (ends.get(data.key)?.expired ?? false);
            ends.set(data.key, { end: data.expires_at ?? 'never', expired });
            tenants.add(data.tenant);
        } else if (type === 'dev.parley.KeyRevoked.v1') {
            versions.set(data.key, Infinity);
            valid.set(data.key, []);
        }
    }
    const revoked = [...hashes].flatMap(([key, all]) => all.filter((hash) => !valid.get(key).includes(hash)));
    const links = secret === '' ? [] : [...tenants].map((tenant) => ['links:' + tenant, hmac(secret, 'links of ' + tenant)]);
    const expired = [...ends]
        .filter(([, { expired }]) => expired)
        // Not a time to come: the key may be extended again when the log has forgotten that it had expired.
        .map(([key, { end }]) => [key, Date.parse(end) <= now ? end : 'never'])
        .flatMap(([key, end]) => valid.get(key).map((hash) => ['revoked:' + hash, end]));
    return [...new Set(revoked)]
        .map((hash) => ['revoked:' + hash, '1'])
        .concat(expired)
        .concat(links)
        // Without the fact, pages of other sites cannot read what the edge refuses.
        .concat(origins === '' || Buffer.byteLength(origins) > VALUE_MAX ? [] : [['origins', origins]])
        .map(([Key, Value]) => ({ Key, Value }));
}

// The facts by call of update-keys.
export function batches(all) {
    return Array.from({ length: Math.ceil(all.length / PUTS_MAX) }, (_, i) => all.slice(i * PUTS_MAX, (i + 1) * PUTS_MAX));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const lines = (await text(process.stdin)).split('\n').filter((line) => line !== '');
    const { PARLEY_GENERATION_ID_SECRET = '', PARLEY_ALLOWED_ORIGINS = '' } = process.env;
    const all = facts(lines.map((line) => JSON.parse(line)), PARLEY_GENERATION_ID_SECRET, Date.now(), PARLEY_ALLOWED_ORIGINS);
    batches(all).forEach((puts) => console.log(JSON.stringify(puts)));
}
