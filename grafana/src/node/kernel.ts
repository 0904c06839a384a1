/** Clock, processes, hardware, systemd, and the exporter itself. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { clockDifference, now, perSecond } from '../queries/node.ts';
import { threshold } from '../queries/thresholds.ts';
import { lines, whole, wide } from './lines.ts';

const count = { decimals: 0 } as const;
const sensor = '{{chip}} {{sensor}}';

export const clockRow: readonly Builder<Panel>[] = [
  lines(['In time with others?', 'Offset to the reference clock, and against the clock of Prometheus (which holds the way of a scrape too). Visits and keys follow the clock: keep it within a second.', 's'], [[now('node_timex_offset_seconds'), 'to the reference'], [clockDifference(), 'to Prometheus'], [threshold('clock_offset_seconds'), 'limit']], { limits: ['limit'] }),
  lines(['Possible error', 'What the kernel thinks its clock may be wrong by: likely, and at most.', 's'], [[now('node_timex_estimated_error_seconds'), 'likely'], [now('node_timex_maxerror_seconds'), 'at most']]),
  lines(['Kept in time', '1 while a program such as chrony keeps the clock in time.', 'short'], [[now('node_timex_sync_status'), 'kept']], count),
  lines(['Correction', 'How much faster or slower the kernel lets its clock run; 1 is its own speed.', 'none'], [[now('node_timex_frequency_adjustment_ratio'), 'speed']], { decimals: 6 }),
  lines(['Tick and loop', 'Seconds between two ticks of the clock, and the time constant of its control loop.', 'none'], [[now('node_timex_tick_seconds'), 'tick'], [now('node_timex_loop_time_constant'), 'loop']]),
  lines(['Atomic time', 'Difference of coordinated and atomic time: leap seconds. 0 means that nobody told the kernel.', 's'], [[now('node_timex_tai_offset_seconds'), 'difference']], count),
  lines(['Pulse: frequency and jitter', 'Only with a pulse-per-second clock: its frequency, its stability (Hz), its jitter and shift.', 'none'], [[now('node_timex_pps_frequency_hertz'), 'frequency'], [now('node_timex_pps_stability_hertz'), 'stability'], [now('node_timex_pps_jitter_seconds'), 'jitter'], [now('node_timex_pps_shift_seconds'), 'shift']], wide),
  lines(['Pulse: events', 'Per second: calibrations, errors, pulses with too much jitter, and times it was not stable enough.', 'ops'], [[perSecond('node_timex_pps_calibration_total'), 'calibrations'], [perSecond('node_timex_pps_error_total'), 'errors'], [perSecond('node_timex_pps_jitter_total'), 'jitter'], [perSecond('node_timex_pps_stability_exceeded_total'), 'not stable']], wide),
];

export const processRow: readonly Builder<Panel>[] = [
  lines(['Running and blocked', 'Processes that run at this moment, and those that wait for a disk.', 'short'], [[now('node_procs_running'), 'running'], [now('node_procs_blocked'), 'blocked']], count),
  lines(['By state', 'Processes by state (collector "processes"): R runs, S sleeps, D waits for a disk, Z is dead and not buried.', 'short'], [[now('node_processes_state'), '{{state}}']], count),
  lines(['Processes and threads', 'How many there are, and how many there may be.', 'short'], [[now('node_processes_pids'), 'processes'], [now('node_processes_threads'), 'threads'], [now('node_processes_max_processes'), 'most processes'], [now('node_processes_max_threads'), 'most threads']], { ...count, logarithmic: true, limits: ['most processes', 'most threads'] }),
  lines(['Born', 'Processes begun per second. A shell script in a loop shows here.', 'ops'], [[perSecond('node_forks_total'), 'begun']]),
  lines(['Open files', 'Files that processes hold open, and the most there may be.', 'short'], [[now('node_filefd_allocated'), 'open'], [now('node_filefd_maximum'), 'most']], { ...count, logarithmic: true }),
  lines(['Randomness', 'Bits of entropy in the kernel\'s pool. Kernels since 5.18 always say 256.', 'short'], [[now('node_entropy_available_bits'), 'there'], [now('node_entropy_pool_size_bits'), 'most']], count),
  lines(['Stuck tasks', 'Tasks that did not move for two minutes, since the start (kernel 6.13 and newer). Mostly a disk or a network file system that hangs.', 'short'], [[`increase(${now('node_kernel_hung_tasks_total')}[$__rate_interval])`, 'stuck']], { ...whole, ...count }),
];

export const hardwareRow: readonly Builder<Panel>[] = [
  lines(['Temperature', 'Every sensor with its own limits. Above "max" a part slows down, above "critical" it switches off.', 'celsius'], [[now('node_hwmon_temp_celsius'), sensor], [now('node_hwmon_temp_max_celsius'), `${sensor} max`], [now('node_hwmon_temp_crit_celsius'), `${sensor} critical`], [now('node_hwmon_temp_crit_hyst_celsius'), `${sensor} critical ends`]], wide),
  lines(['Temperature alarms', '1 where a part says that it is too hot.', 'short'], [[now('node_hwmon_temp_crit_alarm_celsius'), sensor]], { ...wide, ...count }),
  lines(['Fans', 'Revolutions per minute, and the fewest the fan should make.', 'rotrpm'], [[now('node_hwmon_fan_rpm'), sensor], [now('node_hwmon_fan_min_rpm'), `${sensor} fewest`]], count),
  lines(['Cooling', 'How hard each cooling device works, out of how many steps.', 'short'], [[now('node_cooling_device_cur_state'), '{{name}} {{type}}'], [now('node_cooling_device_max_state'), '{{name}} {{type}} most']], count),
  lines(['Power supplies and chips', '1 for every supply that is connected, and for every chip with sensors, by its name.', 'short'], [[now('node_power_supply_online'), '{{power_supply}}'], [now('node_hwmon_chip_names'), '{{chip_name}}']], count),
];

export const systemdRow: readonly Builder<Panel>[] = [
  lines(['Units by state', 'Units of systemd by state (collector "systemd"). "failed" should be 0.', 'short'], [[now('node_systemd_units'), '{{state}}']], { ...wide, ...count }),
  lines(['Connections of sockets', 'Connections that socket units hold now.', 'short'], [[now('node_systemd_socket_current_connections'), '{{name}}']], { ...wide, ...count }),
  lines(['Accepted', 'Connections per second that socket units accepted.', 'ops'], [[perSecond('node_systemd_socket_accepted_connections_total'), '{{name}}']], wide),
  lines(['Refused', 'Connections per second that socket units refused.', 'ops'], [[perSecond('node_systemd_socket_refused_connections_total'), '{{name}}']], wide),
];

export const exporterRow: readonly Builder<Panel>[] = [
  lines(['Time of each collector', 'How long each collector took at the last scrape. The slowest one decides how long a scrape takes.', 's'], [[now('node_scrape_collector_duration_seconds'), '{{collector}}']], wide),
  lines(['Collectors that answer', '1 for every collector that had something to say. 0 mostly means that this machine has no such thing.', 'short'], [[now('node_scrape_collector_success'), '{{collector}}']], { ...wide, ...count }),
  lines(['Text files', '1 when a file of the textfile collector could not be read.', 'short'], [[now('node_textfile_scrape_error'), 'error']], { ...whole, ...count }),
];
