// The program that Kubernetes runs before it stops Varnish, with stand-ins for the programs that it calls.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../container/finish-streams', import.meta.url));

// Runs the program for at most these seconds, and returns how long it paused each time; its pauses take no time. After each one, the
// connections of Varnish's two pools are the next ones; an empty text is a Varnish that does not answer.
const pauses = (seconds, ...connections) => {
    const directory = mkdtempSync(join(tmpdir(), 'finish-'));
    try {
        const program = (name, text) => writeFileSync(join(directory, name), '#!/bin/sh\n' + text, { mode: 0o755 });
        const file = (name) => join(directory, name);
        connections.forEach((pools, i) => writeFileSync(file(`open-${i + 1}`), pools
            .map((open, pool) => `MEMPOOL.sess${pool}.live            ${open}          .   In use\n`).join('')));
        program('sleep', `echo "$1" >>${file('pauses')}\n`);
        program('varnishstat', `test "$*" = '-n /tmp/varnish -1 -f MEMPOOL.sess*.live' &&
            cat ${file('open-')}$(wc -l <${file('pauses')})\n`);
        const { status } = spawnSync(PROGRAM, [String(seconds)], { env: { PATH: directory + ':' + process.env.PATH } });
        assert.equal(status, 0);
        return readFileSync(file('pauses'), 'utf8').trimEnd().split('\n').map(Number);
    } finally {
        rmSync(directory, { recursive: true });
    }
};

test('without connections, it ends once proxies know', () => {
    assert.deepEqual(pauses(60, [0, 0]), [10]);
});

test('it waits for the connections of both pools', () => {
    assert.deepEqual(pauses(60, [2, 0], [0, 1], [1, 1], [0, 0]), [10, 1, 1, 1]);
});

test('it ends after the longest answer', () => {
    assert.deepEqual(pauses(0, [1, 0]), [10]);
});

test('it waits while the connections are unknown', () => {
    assert.deepEqual(pauses(60, [], [0, 0]), [10, 1]);
});
