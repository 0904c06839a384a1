/** Files of a made machine for what a test machine may lack: sensors, fans, cooling, frequencies, supplies, pressure of interrupts, scheduler statistics, huge memory faults. */

const cpufreq = (name: string, value: string): readonly [string, string] => [`sys/devices/system/cpu/cpu0/cpufreq/${name}`, value];
const hwmon = (name: string, value: string): readonly [string, string] => [`sys/class/hwmon/hwmon0/${name}`, value];

export const madeMachine: Readonly<Record<string, string>> = Object.fromEntries([
  hwmon('name', 'madechip\n'), hwmon('temp1_input', '41000\n'), hwmon('temp1_max', '80000\n'), hwmon('temp1_crit', '95000\n'), hwmon('temp1_crit_hyst', '90000\n'), hwmon('temp1_crit_alarm', '0\n'),
  hwmon('fan1_input', '1200\n'), hwmon('fan1_min', '400\n'),
  ['sys/class/thermal/cooling_device0/type', 'Processor\n'], ['sys/class/thermal/cooling_device0/cur_state', '1\n'], ['sys/class/thermal/cooling_device0/max_state', '10\n'],
  ['sys/devices/system/cpu/offline', '\n'],
  cpufreq('scaling_cur_freq', '2400000\n'), cpufreq('scaling_min_freq', '800000\n'), cpufreq('scaling_max_freq', '3600000\n'), cpufreq('scaling_driver', 'made\n'), cpufreq('scaling_governor', 'powersave\n'), cpufreq('scaling_available_governors', 'powersave\n'), cpufreq('related_cpus', '0\n'), cpufreq('scaling_setspeed', '<unsupported>\n'),
  ['sys/class/power_supply/AC0/type', 'Mains\n'], ['sys/class/power_supply/AC0/online', '1\n'],
  ['proc/stat', 'cpu  10 0 10 100 1 0 0 0 0 0\ncpu0 10 0 10 100 1 0 0 0 0 0\nintr 1 0\nctxt 1\nbtime 1700000000\nprocesses 1\nprocs_running 1\nprocs_blocked 0\nsoftirq 0 0 0 0 0 0 0 0 0 0 0\n'],
  ['proc/schedstat', 'version 15\ntimestamp 4300000000\ncpu0 0 0 0 0 0 0 2000000000 100000000 3000\ndomain0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n'],
  ['proc/pressure/cpu', 'some avg10=0.00 avg60=0.00 avg300=0.00 total=100\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n'],
  ['proc/pressure/io', 'some avg10=0.00 avg60=0.00 avg300=0.00 total=100\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=10\n'],
  ['proc/pressure/memory', 'some avg10=0.00 avg60=0.00 avg300=0.00 total=100\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=10\n'],
  ['proc/pressure/irq', 'full avg10=0.00 avg60=0.00 avg300=0.00 total=10\n'],
  ['proc/meminfo', 'MemTotal: 1024 kB\nMemFree: 512 kB\nHardwareCorrupted: 0 kB\nNFS_Unstable: 0 kB\nDirectMap1G: 1024 kB\nDirectMap2M: 1024 kB\nDirectMap4k: 1024 kB\nZswap: 0 kB\nZswapped: 0 kB\n'],
  ['proc/net/snmp', 'Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens\nTcp: 1 200 120000 -1 3\n'],
  ['proc/net/netstat', 'TcpExt: SyncookiesSent\nTcpExt: 0\nIpExt: InNoRoutes InOctets\nIpExt: 0 1\n'],
  ['proc/net/snmp6', 'Ip6InReceives 0\n'],
  ['proc/sys/kernel/hung_task_detect_count', '0\n'],
]);
