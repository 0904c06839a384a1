/** A small SMTP server that takes every mail and keeps it, for the mail receiver of Alertmanager. */
import { createServer, type Socket } from 'node:net';

export type Mail = { readonly to: readonly string[]; readonly subject: string; /** Headers and parts, decoded. */ readonly text: string; readonly login: string };

export type MailSink = { readonly port: number; mails(): readonly Mail[]; stop(): Promise<void> };

export async function startMailSink(): Promise<MailSink> {
  const mails: Mail[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    talk(socket, (mail) => mails.push(mail));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    mails: () => mails,
    stop: () => new Promise((resolve) => (sockets.forEach((socket) => socket.destroy()), server.close(() => resolve()))),
  };
}

function talk(socket: Socket, taken: (mail: Mail) => void): void {
  let [waiting, login, inData] = ['', '', false];
  let to: string[] = [];
  let data: string[] = [];
  const answers: readonly (readonly [RegExp, (line: string) => string])[] = [
    [/^EHLO/i, () => '250-mail-sink\r\n250 AUTH PLAIN'],
    [/^AUTH PLAIN /i, (line) => ((login = Buffer.from(line.split(' ')[2] ?? '', 'base64').toString().split('\0').slice(1).join(':')), '235 welcome')],
    [/^RCPT TO:/i, (line) => (to.push(/<(.*)>/.exec(line)?.[1] ?? ''), '250 ok')],
    [/^DATA/i, () => ((inData = true), '354 go on')],
    [/^QUIT/i, () => '221 bye'],
  ];
  const hear = (line: string): void => {
    if (!inData) socket.write(`${answers.find(([pattern]) => pattern.test(line))?.[1](line) ?? '250 ok'}\r\n`);
    else if (line !== '.') data.push(line);
    else {
      const text = decoded(data.join('\n'));
      taken({ to, login, text, subject: /^Subject: (.*)$/m.exec(text)?.[1] ?? '' });
      [to, data, inData] = [[], [], false];
      socket.write('250 taken\r\n');
    }
  };
  socket.write('220 mail-sink\r\n');
  socket.on('data', (piece: Buffer) => {
    const lines = (waiting + piece.toString('latin1')).split('\r\n');
    waiting = lines.pop() ?? '';
    lines.forEach(hear);
  });
}

/** Quoted-printable, as Alertmanager writes its parts and its subject. */
function decoded(text: string): string {
  return Buffer.from(text.replace(/=\n/g, '').replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString();
}
