/**
 * Loaded before a program with `node --import`: its clock tells the time of the last line that is written, so that days pass in minutes.
 * The writer of the log sets the modification time of a file when everything up to then is in the log; whoever reads to the end and stands
 * at this clock stands where a processor stands that reads a quiet log in real time. Waits are not changed.
 */
import { statSync } from 'node:fs';

/** Name of the environment variable with the path of the file. */
const path = process.env['EVENT_CLOCK_FILE'];
if (path === undefined) throw new Error('EVENT_CLOCK_FILE is not set: expected the path of the file whose modification time is the clock');

Date.now = () => Math.round(statSync(path).mtimeMs);
