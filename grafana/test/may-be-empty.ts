/** Questions that rightly have no answer in a healthy system with three days of data, each with its reason. */

const reasons: readonly (readonly [where: RegExp, because: string])[] = [
  [/CO2e by (?:day|month)/, 'the receipts with energy are older than the traffic; a test of their own asks for them'],
  [/last year|week, last year \(C\)|a year earlier/, 'three days of data are no year'],
  [/Seven days against the seven before|this week, last week, last year \([BC]\)/, 'three days of data are no two weeks'],
  [/Lines dropped|Dropped in this time range|Labels that were full|Personal values replaced|Lost bytes/, 'nothing of this kind happened'],
  [/Countries \(|Visitors today, by country/, 'documentation addresses have no country, and their visits are counted as unknown'],
  [/Rate-limited requests|Failed logins|Odd methods/, 'the seeded traffic has none'],
  [/Time until it is full/, 'the file system of the test machine does not fill'],
  [/Swap in use/, 'the test machine may have no swap'],
  [/Speed of the link/, 'a virtual card knows no speed'],
  [/Certificate/, 'the stand-in shows one, a real collector only with TLS'],
  [/Time of one operation|Temperature|Busy \(A\)|Guests/, 'the disks of the test machine may rest'],
  [/tidewatch-pipeline: (?:Time of an answer|Failures and a full disk)/, 'Loki may not have been asked anything yet'],
  [/Where the application spends its time/, 'a route is seen from its first count on: where one commit holds all of its lines, nothing was added since'],
  [/Visitors today|Active/, 'at midnight nobody was here yet'],
];

export const mayBeEmpty = (where: string): boolean => reasons.some(([pattern]) => pattern.test(where));
