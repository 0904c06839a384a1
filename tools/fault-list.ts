/** The faults R01 to R60 a log shipper meets, and which test holds what becomes of each: docs/faults.md is written from this, and a test looks every name up. */

export type Fault = {
  readonly id: string;
  readonly fault: string;
  /** What is promised. */
  readonly outcome: string;
  /** File and a part of the name of a test in it. */
  readonly tests: readonly (readonly [file: string, name: string])[];
  /** Why it does not apply, or what of it is not shown. */
  readonly remark?: string;
};

const follow = 'log-processor/src/read/follow-file.test.ts';
const finished = 'log-processor/src/read/finished-file.test.ts';
const nginx = 'test/rotation-with-nginx.test.ts';
const deliver = 'log-processor/src/loki/deliver.test.ts';
const client = 'log-processor/src/loki/loki-client.test.ts';
const real = 'log-processor/src/loki/deliver-real.test.ts';
const store = 'log-processor/src/store/sqlite-store.test.ts';
const joint = 'test/nginx-to-loki.test.ts';
const crash = 'log-processor/test/crash-simulation.test.ts';
const keys = 'log-processor/src/keys/key-life.test.ts';
const attack = 'test/door-under-attack.test.ts';
const full = 'test/door-when-full.test.ts';

export const faults: readonly Fault[] = [
  { id: 'R01', fault: 'rename, and the writer keeps the old file until USR1', outcome: 'what is still written into the renamed file is read', tests: [[nginx, 'R01: mv'], [follow, '(R01)']] },
  { id: 'R02', fault: '50 rotations within seconds, the reader is slow', outcome: 'no line lost while files exist; else `logproc_lost_bytes_total`', tests: [[nginx, 'R02: fifty rotations'], [nginx, 'R02: of files that were deleted'], [follow, '(R02)']] },
  { id: 'R03', fault: 'rotation while down, and the new file is larger', outcome: 'the old one is finished, the new one read from 0', tests: [[follow, '(R03)']] },
  { id: 'R04', fault: 'the rotated file was deleted while down', outcome: 'counted as lost, no crash', tests: [[follow, '(R04)']] },
  { id: 'R05', fault: 'copytruncate', outcome: 'what comes after is read from 0; what nginx writes in between is lost and documented', tests: [[nginx, 'R05: copytruncate'], [nginx, 'R05: what nginx writes'], [follow, '(R05)']] },
  { id: 'R06', fault: 'a hole of NUL bytes', outcome: 'skipped and counted', tests: [[follow, '(R06)']] },
  { id: 'R07', fault: 'rewritten to exactly the same size', outcome: 'noticed', tests: [[follow, '(R07)']] },
  { id: 'R08', fault: 'rewritten with the same first bytes', outcome: 'noticed', tests: [[follow, '(R08)']] },
  { id: 'R09', fault: 'copytruncate across a restart', outcome: 'only new content', tests: [[follow, '(R09)']] },
  { id: 'R10', fault: 'an inode is used again', outcome: 'a new file', tests: [[follow, '(R10)']] },
  { id: 'R11', fault: 'two files begin alike', outcome: 'two files', tests: [[follow, '(R11)']] },
  { id: 'R12', fault: 'empty and tiny files', outcome: 'known again', tests: [[follow, '(R12)']] },
  { id: 'R13', fault: 'deleted while the writer goes on', outcome: 'read to its end, then let go of', tests: [[follow, '(R13)']] },
  { id: 'R14', fault: 'deleted and made anew', outcome: 'both contents', tests: [[follow, '(R14)']] },
  { id: 'R15', fault: 'a symbolic link gets another target', outcome: 'old finished, new from 0', tests: [[follow, '(R15)']] },
  { id: 'R16', fault: 'a gz sibling appears', outcome: 'never read twice; a vanished file is finished from it', tests: [[follow, '(R16)']] },
  { id: 'R17', fault: 'gz of several members, cut off, damaged, a bomb', outcome: 'what is readable is read, the rest counted, memory flat', tests: [[finished, '(R17)'], [finished, '(R17, R21)']] },
  { id: 'R18', fault: 'half a line, completed later or after a restart', outcome: 'once, whole', tests: [[follow, '(R18)']] },
  { id: 'R19', fault: 'half a line, then rotation', outcome: 'given out when the file is let go of', tests: [[follow, '(R19)']] },
  { id: 'R20', fault: 'a line split at every byte', outcome: 'the same lines', tests: [[follow, '(R20)']] },
  { id: 'R21', fault: 'a line over the limit, of 100 MiB, without end', outcome: 'counted `too_long`, memory flat', tests: [[follow, '(R21)'], [finished, '(R17, R21)']] },
  { id: 'R22', fault: 'bytes that are no text', outcome: 'never an exception; offsets stay in bytes', tests: [[follow, '(R22)']] },
  { id: 'R23', fault: 'torn JSON, an unquoted variable', outcome: 'counted `malformed`, the next line is read', tests: [[joint, 'the access lines are exactly what was asked']] },
  { id: 'R24', fault: 'permission taken and given back; the folder replaced', outcome: 'goes on', tests: [[follow, '(R24)']] },
  { id: 'R25', fault: 'no file descriptor left', outcome: 'waits, says so, goes on', tests: [[follow, '(R25)']] },
  { id: 'R26', fault: 'inotify overflows or is missing', outcome: '', tests: [], remark: 'Does not apply: files are looked at by polling, and inotify is not used.' },
  { id: 'R27', fault: 'Loki refuses connections, or its name is unknown', outcome: 'waits for as long as it takes, longer and longer, then in order', tests: [[deliver, 'R27:'], [client, 'R27:'], [real, 'R27, R37:'], [joint, 'R27, R39:']] },
  { id: 'R28', fault: 'Loki is down for longer than the outbox holds', outcome: 'reading stops, the log file is the queue; the door says 503', tests: [['test/kill.test.ts', 'lose no line'], [full, 'R58:']] },
  { id: 'R29', fault: 'Loki is down across midnight', outcome: 'tokens of the event’s day, visits whole', tests: [['test/kill.test.ts', 'lose no line'], [crash, 'lose no line']], remark: 'Five minutes of real time in the suite, days of events; `npm run soak` keeps Loki away for minutes.' },
  { id: 'R30', fault: 'a backlog over an hour behind the head of its stream', outcome: 'oldest first; what Loki would refuse is dropped as `behind_stream` and still counted', tests: [['log-processor/test/whole-road.test.ts', 'every reason for which a line can be dropped']] },
  { id: 'R31', fault: '429', outcome: 'waits as asked, drops nothing', tests: [[deliver, 'R31:'], [client, 'R31: 429 over the tenant rate']] },
  { id: 'R32', fault: '400 for some lines of a body', outcome: 'only those are dropped and counted', tests: [[deliver, 'R32: a refused line'], [real, 'R32:']] },
  { id: 'R33', fault: '500, 502, 503, 504', outcome: 'tried again after asking Loki what it has', tests: [[client, 'R33: 500'], [client, 'R33: 504']] },
  { id: 'R34', fault: '401, 403, 404, 413, 415, 422, redirects', outcome: 'held and told; 413 splits; no redirect is followed', tests: [[client, 'R34: 401'], [client, 'R34: never follows'], [deliver, 'R34:']] },
  { id: 'R35', fault: '260, 200 with HTML, 204 with a body', outcome: 'no acknowledgement but 200 and 204', tests: [[client, 'R35: 260'], [deliver, 'R35:']] },
  { id: 'R36', fault: 'accepts and says nothing; a byte a second', outcome: 'a time-out, then Loki is asked', tests: [[client, 'R36: no answer'], [real, 'R36, R38:']] },
  { id: 'R37', fault: 'reset before, during, after the answer', outcome: 'Loki is asked what it has; none double', tests: [[client, 'R37: a reset before'], [deliver, 'R37, R38:'], [real, 'R27, R37:']] },
  { id: 'R38', fault: 'stored, but the answer is lost', outcome: 'stored once', tests: [[client, 'R38: a lost reply'], [real, 'R36, R38:']] },
  { id: 'R39', fault: 'Loki is not ready for 15 s', outcome: 'neither asked nor believed; no end', tests: [[deliver, 'R39:'], [joint, 'R27, R39:']] },
  { id: 'R40', fault: 'a certificate that does not hold', outcome: 'nothing is sent', tests: [[client, 'R40 (needs openssl)']] },
  { id: 'R41', fault: 'the disk of the state is full', outcome: 'reading and pushing stop, nothing of a commit is in; goes on when there is room', tests: [[store, 'a full disk takes nothing of a commit'], ['log-processor/test/absence.test.ts', 'says nothing of them while the disk is full']] },
  { id: 'R42', fault: 'the disk of the outbox is full', outcome: 'as R41: outbox and state are one file', tests: [[store, 'a disk full of nothing but our own journal']] },
  { id: 'R43', fault: 'the state cannot be read or written at the start', outcome: 'a clear error, nothing begun anew', tests: [[store, 'a read-only disk at start']] },
  { id: 'R44', fault: 'the state is empty, cut, garbage, of another program', outcome: 'refused, or a first start where it is one', tests: [[store, 'garbage, short or long'], [store, 'a file cut off'], [store, 'an empty file is a first start']] },
  { id: 'R45', fault: 'a body of the outbox is damaged', outcome: 'refused by its checksum; a torn journal costs what it held', tests: [[store, 'a torn end of the journal']] },
  { id: 'R46', fault: 'SIGKILL at random moments under load', outcome: '0 lost, 0 double', tests: [['test/kill.test.ts', 'lose no line'], ['test/door-kill.test.ts', 'five kills each']], remark: '40 and 5 kills in the suite, 500 and 50 in `npm run soak`.' },
  { id: 'R47', fault: 'SIGKILL between a rename and the flush of its folder', outcome: 'a first start, or whole', tests: [[store, 'a crash while the first state is made'], ['log-processor/src/keys/key-volume.test.ts', 'a draft that never got its name']] },
  { id: 'R48', fault: 'SIGTERM, with Loki there or away; a second one', outcome: 'code 0 in time, nothing lost', tests: [[joint, 'R48: SIGTERM ends it'], [joint, 'R48: without Loki']] },
  { id: 'R49', fault: 'SIGTERM while a key changes', outcome: 'one key per epoch, never two', tests: [[keys, 'a crash before the commit of its end'], ['log-processor/src/keys/key-volume.test.ts', 'an epoch never has two keys']] },
  { id: 'R50', fault: 'two processes on one state', outcome: 'the second is refused and told who has it', tests: [[store, 'kill -9 frees the lock']] },
  { id: 'R51', fault: 'the clock goes back or forward; DST', outcome: 'events decide, and keys live no longer', tests: [['log-processor/src/account/watermark.test.ts', 'a clock that goes back moves nothing'], ['log-processor/src/account/calendar.test.ts', 'a day with a change of the clocks'], [keys, 'due at 48 h by the clock'], ['test/clock-jumps.test.ts', 'the clock goes back an hour, forward a day']], remark: 'With clocks that are handed in, and a whole processor under faketime.' },
  { id: 'R52', fault: 'a time 11 min ahead, 8 days old, missing, garbage', outcome: 'dropped with its reason, no storm of 400s', tests: [['log-processor/test/whole-road.test.ts', 'every reason for which a line can be dropped'], [attack, 'R59:']] },
  { id: 'R53', fault: 'lines of several workers out of order', outcome: 'the same visits', tests: [['log-processor/src/account/visits.oracle.test.ts', '(R53)']] },
  { id: 'R54', fault: 'a hundred equal requests in one millisecond', outcome: 'a hundred lines', tests: [['log-processor/test/whole-road.test.ts', '(R54)']] },
  { id: 'R55', fault: 'a slow sink for 24 hours', outcome: 'memory and descriptors stay flat', tests: [['log-processor/test/hostile-lines.test.ts', 'reads 500 MB of them']], remark: 'Not shown for 24 hours. What is shown: memory over 500 MB of lines; no test measures descriptors, or a sink that is slow for longer than minutes.' },
  { id: 'R56', fault: 'a sender repeats its batch', outcome: 'taken once within 24 hours, over restarts', tests: [[full, 'R56:'], ['log-processor/src/door/remembered-batches.test.ts', 'are known after a restart']] },
  { id: 'R57', fault: 'a sender leaves inside or behind its body', outcome: 'nothing of half a body; a whole one is taken once', tests: [[attack, 'R57: that leaves in the middle'], [attack, 'R57: that leaves after']] },
  { id: 'R58', fault: 'a sender pushes while Loki is away', outcome: '204 while the outbox has room, then 503 with Retry-After', tests: [[full, 'R58:']] },
  { id: 'R59', fault: 'one poison line among 10,000', outcome: '204, 9,999 taken, 1 counted', tests: [[attack, 'R59:']] },
  { id: 'R60', fault: 'a key is missing at the start', outcome: 'refused: never unsalted', tests: [[keys, 'a living key the volume lacks is refused']] },
];
