/** One counter of a history by the minute: what was added in which, although lines may come a little out of order. */

export class MinutePoints {
  /** Minutes since 1970 in growing order, and what was added in each. */
  readonly minutes: number[] = [];
  readonly added: number[] = [];

  add(minute: number, amount: number): void {
    let at = this.minutes.length - 1;
    while (at >= 0 && (this.minutes[at] ?? 0) > minute) at -= 1;
    if (at >= 0 && this.minutes[at] === minute) this.added[at] = (this.added[at] ?? 0) + amount;
    else if (at === this.minutes.length - 1) {
      this.minutes.push(minute);
      this.added.push(amount);
    } else {
      this.minutes.splice(at + 1, 0, minute);
      this.added.splice(at + 1, 0, amount);
    }
  }
}

/** While nothing changes, a sample every two minutes: less than half of the five minutes after which Prometheus lets a series end. */
const restMinutes = 2;

/** A running sum as samples: 0 before its first change, each change, the minute before one, and one every two minutes until the end. */
export function* samplesOf({ minutes, added }: Pick<MinutePoints, 'minutes' | 'added'>, untilMinute: number): Generator<readonly [minute: number, value: number]> {
  let sum = 0;
  for (const [at, minute] of minutes.entries()) {
    const before = at === 0 ? minute - 1 : (minutes[at - 1] ?? minute);
    if (at === 0) yield [before, 0];
    for (let rest = before + restMinutes; rest < minute - 1; rest += restMinutes) yield [rest, sum];
    if (minute - 1 > before) yield [minute - 1, sum];
    sum += added[at] ?? 0;
    yield [minute, sum];
  }
  const last = minutes.at(-1);
  if (last !== undefined) for (let rest = last + restMinutes; rest <= untilMinute; rest += restMinutes) yield [rest, sum];
}
