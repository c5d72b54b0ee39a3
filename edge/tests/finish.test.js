// The program that Kubernetes runs before it stops Varnish, with stand-ins for the programs that it calls.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../container/finish-streams', import.meta.url));

// The ports of clients and of purges, as the table of the kernel has them.
const [HTTP, PURGE] = ['http', 'purge'].map((name) => {
    const [, port] = new RegExp(`"${name}=:(\\d+)"`).exec(readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8'));
    return Number(port).toString(16).toUpperCase().padStart(4, '0');
});
const HEADER = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const LISTENING = [HTTP, PURGE].map((port) => `00000000:${port} 00000000:0000 0A`);
const OVER_IPV6 = `0000000000000000FFFF00000100007F:${HTTP} 0000000000000000FFFF00000100007F:A3F0 01`;

// Runs the program for at most these seconds, and returns how long it paused each time; its pauses take no time. After each one, the
// connections of the machine are the next ones, beside the sockets that listen; null is a table that cannot be read. The third column
// of a connection may be followed by the number of bytes that are not acknowledged, to which FIN adds 1.
const pauses = (seconds, ...connections) => {
    const directory = mkdtempSync(join(tmpdir(), 'finish-'));
    try {
        const program = (name, text) => writeFileSync(join(directory, name), '#!/bin/sh\n' + text, { mode: 0o755 });
        const file = (name) => join(directory, name);
        connections.forEach((open, i) => writeFileSync(file(`open-${i + 1}`), open ? HEADER + [...LISTENING, ...open]
            .map((socket) => /:\w+ \w\w$/.test(socket) ? socket + ' 00000000' : socket)
            .map((socket, row) => `   ${row}: ${socket}:00000000 00:00000000 00000000 10001        0 12345 1\n`).join('') : ''));
        program('sleep', `echo "$1" >>${file('pauses')}\n`);
        program('cat', `test "$*" = '/proc/net/tcp /proc/net/tcp6' &&
            exec /bin/cat ${file('open-')}$(wc -l <${file('pauses')})\n`);
        const { status } = spawnSync(PROGRAM, [String(seconds)], { env: { PATH: directory + ':' + process.env.PATH } });
        assert.equal(status, 0);
        return readFileSync(file('pauses'), 'utf8').trimEnd().split('\n').map(Number);
    } finally {
        rmSync(directory, { recursive: true });
    }
};

test('without connections, it ends once proxies know', () => {
    assert.deepEqual(pauses(60, []), [10]);
});

test('it waits for the connections of clients, also for one whose client sends nothing more', () => {
    const [open, halfClosed] = ['01', '08'].map((state) => `0100007F:${HTTP} 0100007F:A3F0 ${state}`);
    assert.deepEqual(pauses(60, [open, open], [OVER_IPV6], [halfClosed], []), [10, 1, 1, 1]);
});

test('it waits for what Varnish has sent on connections that it has closed since', () => {
    const [closed, closedByBoth, closedByClientFirst] = ['04', '0B', '09'].map((state) => `0100007F:${HTTP} 0100007F:A3F0 ${state}`);
    assert.deepEqual(pauses(60, [closed + ' 00001000'], [closedByBoth + ' 00000002'], [closedByClientFirst + ' 00012345'],
        [closed, closed + ' 00000001', closedByBoth + ' 00000001', closedByClientFirst + ' 00000001']), [10, 1, 1, 1]);
});

test('it does not wait for a connection of cache-service, which is open while purges follow each other', () => {
    assert.deepEqual(pauses(60, [`0100007F:${PURGE} 0100007F:A3F0 01`], []), [10]);
});

test('it waits for no connection of which all has arrived, nor for its own to a gateway or those of another program', () => {
    assert.deepEqual(pauses(60, [
        ...['06', '05'].map((state) => `0100007F:${HTTP} 0100007F:A3F0 ${state}`), `0100007F:A3F2 0100007F:${HTTP} 01`, '0100007F:1F90 0100007F:A3F0 01',
    ], []), [10]);
});

test('it ends after the longest answer', () => {
    assert.deepEqual(pauses(0, [OVER_IPV6]), [10]);
});

test('it waits while the connections are unknown', () => {
    assert.deepEqual(pauses(60, null, []), [10, 1]);
});
