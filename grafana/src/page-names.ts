/** The seven dashboards in the order of the link bar: uid (and file name), title, and the sentence that says what each is for. */

export const pages = {
  'tidewatch-home': { title: 'Home', short: 'Home', icon: 'dashboard', says: 'The state of everything on one screen: the site, its audience, its footprint, the pipeline, and what raises an alarm.' },
  'tidewatch-engagement': { title: 'User engagement', short: 'Engagement', icon: 'bolt', says: 'How many people come, when, from where, what they read and how long they stay, without following any of them.' },
  'tidewatch-carbon': { title: 'CO2 and energy', short: 'CO2', icon: 'cloud', says: 'What the platform draws, what that emits, and what one visit costs, with every term of the sum and where it comes from.' },
  'tidewatch-platform': { title: 'Platform and API health', short: 'Platform', icon: 'info', says: 'Whether the application answers, how fast and how reliably, and how close each service is to its limits.' },
  'tidewatch-node': { title: 'Node Exporter Full', short: 'Node', icon: 'question', says: 'Everything the machine says of itself: processor, memory, disks, network, clock, kernel, and the power beside the load.' },
  'tidewatch-logs': { title: 'Logs and security', short: 'Logs', icon: 'doc', says: 'The anonymised lines themselves, and patterns of failure and attack as sums. Audience data are not used to follow a person.' },
  'tidewatch-pipeline': { title: 'Pipeline and privacy', short: 'Pipeline', icon: 'external link', says: 'Whether every line is accounted for, how far behind the pipeline is, and whether keys and raw logs are gone when they should be.' },
} as const;

export type PageName = keyof typeof pages;
