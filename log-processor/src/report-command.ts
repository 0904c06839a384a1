/** `tidewatch report FILE...`: what is in old logs, for a terminal, as one HTML file or as JSON; nothing is kept, and no address comes out. */
import { writeFileSync } from 'node:fs';
import type { Command } from './command-line.ts';
import { openFiles, historyConfig } from './history/history-files.ts';
import { incompleteExitCode } from './losses.ts';
import { htmlReport } from './report/html-report.ts';
import { readPeriod } from './report/period.ts';
import { reportJson } from './report/report-json.ts';
import { readReport } from './report-run.ts';
import { terminalReport } from './report/terminal.ts';

export type ReportCommand = Extract<Command, { name: 'report' }>;

/** @throws BadUsage, ConfigRefused, BadPeriod; an Error naming a file that cannot be read */
export async function report(command: ReportCommand, say: (text: string) => void): Promise<void> {
  const period = readPeriod(command.months, command.days);
  const { config, site } = historyConfig(command);
  const files = await openFiles(command.files, command.format);
  const tell = (text: string): void => void process.stderr.write(`${text}\n`);
  tell(`reading ${files.map(({ path, format }) => `${path === '-' ? 'standard input' : path} as ${format}`).join(', ')}${command.format === null ? ' (guessed from the first lines; --format says otherwise)' : ''}`);
  const figures = await readReport({ period, config, files, site, compare: command.compare, watcher: process.stderr });
  if (command.json) say(reportJson(figures));
  else if (command.html !== '-') say(terminalReport(figures, { colour: process.stdout.isTTY, rows: command.rows }));
  if (command.html !== null) writeHtml(command.html, htmlReport(figures), say, tell);
  if (figures.lostBytes > 0) process.exitCode = incompleteExitCode;
  if (figures.lines.parsed === 0 && figures.lines.read > 0) {
    tell('no line could be read: is it another format (see --format)?');
    process.exitCode = 2;
  }
}

function writeHtml(path: string, page: string, say: (text: string) => void, tell: (text: string) => void): void {
  if (path === '-') {
    say(page.trimEnd());
    return;
  }
  writeFileSync(path, page);
  tell(`the report as a page: ${path}`);
}
