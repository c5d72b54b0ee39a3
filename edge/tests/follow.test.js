// The program that runs Varnish in its image, with stand-ins for the programs that it calls.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../container/follow-gateway', import.meta.url));

test('the configuration is loaded again when the gateway has another address', { timeout: 20_000 }, async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'follow-'));
    t.after(() => rmSync(directory, { recursive: true }));
    const program = (name, text) => writeFileSync(join(directory, name), '#!/bin/sh\n' + text, { mode: 0o755 });
    const addresses = (text) => {
        writeFileSync(join(directory, 'next'), text);
        renameSync(join(directory, 'next'), join(directory, 'addresses'));
    };
    const calls = () => {
        const log = join(directory, 'calls');
        return existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
    };
    const called = async (count) => {
        while (calls().length < count) {
            await pause(100);
        }
        return calls();
    };
    program('getent', `test -s ${directory}/addresses && cat ${directory}/addresses\n`);
    program('varnishadm', `printf '%s\\n' "$*" >>${directory}/calls\n`);
    addresses('10.0.0.1 STREAM gateway-service\n10.0.0.1 DGRAM\n');

    const varnish = spawn(PROGRAM, ['sleep', '60'], { env: { PATH: directory + ':' + process.env.PATH } });
    t.after(() => varnish.kill());
    await pause(1500);
    assert.deepEqual(calls(), [], 'the first address is that of the start');

    addresses('');
    await pause(1500);
    assert.deepEqual(calls(), [], 'the name leads nowhere');

    addresses('10.0.0.2 STREAM gateway-service\n10.0.0.2 DGRAM\n');
    assert.deepEqual(await called(3), [
        '-n /tmp/varnish vcl.load gateway-1 /etc/varnish/default.vcl',
        '-n /tmp/varnish vcl.use gateway-1',
        '-n /tmp/varnish vcl.discard boot'
    ]);

    addresses('10.0.0.1 STREAM gateway-service\n');
    assert.deepEqual((await called(6)).slice(3), [
        '-n /tmp/varnish vcl.load gateway-2 /etc/varnish/default.vcl',
        '-n /tmp/varnish vcl.use gateway-2',
        '-n /tmp/varnish vcl.discard gateway-1'
    ]);
    await pause(1500);
    assert.equal(calls().length, 6, 'nothing has changed since');
});
