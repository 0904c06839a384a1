/** Dashboard 5, Node Exporter Full: everything the machine says of itself, in rows that say what they are for. */
import { diskRow, filesystemRow } from './node/disks.ts';
import { glance } from './node/glance.ts';
import { clockRow, exporterRow, hardwareRow, processRow, systemdRow } from './node/kernel.ts';
import { memoryDetailRow, memoryKernelRow, memoryRow, pagingRow } from './node/memory.ts';
import { networkErrorRow, networkRow } from './node/network.ts';
import { powerRow, processorDetailRow } from './node/processor.ts';
import { protocolRow, queueRow, socketRow } from './node/protocols.ts';
import { page } from './page.ts';
import { note } from './panels/note.ts';
import { instance, interval, job } from './variables.ts';

const introduction = `Rates are per second. Closed rows hold what is asked seldom. The time axis is in the zone of your browser.`;

const reading = `Open rows answer the daily questions; closed rows hold the rest and ask nothing until they are opened. An empty panel in a closed row mostly means that this machine has no such device, or that its collector is off.`;

export const nodePage = page({
  name: 'tidewatch-node',
  sources: ['prometheus'],
  variables: [job(), instance(), interval()],
  time: '6h',
  refresh: '1m',
  head: [note('', introduction, 3), ...glance],
  rows: [
    { title: 'Processor, with the power beside the load', panels: powerRow },
    { title: 'Memory', panels: memoryRow },
    { title: 'File systems: space and inodes', panels: filesystemRow },
    { title: 'Network: traffic and links', panels: networkRow },
    { title: 'Disks: how busy, how slow', closed: true, panels: diskRow },
    { title: 'Processor in detail: pressure, interrupts, frequency, scheduler', closed: true, panels: processorDetailRow },
    { title: 'Memory in detail: what the kernel holds for whom', closed: true, panels: memoryDetailRow },
    { title: 'Memory in detail: kernel, huge pages, addresses', closed: true, panels: memoryKernelRow },
    { title: 'Paging and the killer of processes', closed: true, panels: pagingRow },
    { title: 'Network in detail: errors, drops, frames', closed: true, panels: networkErrorRow },
    { title: 'Sockets: how many, how much memory', closed: true, panels: socketRow },
    { title: 'Protocols: TCP, UDP, ICMP, IP', closed: true, panels: protocolRow },
    { title: 'Queues of the network card, and tracked connections', closed: true, panels: queueRow },
    { title: 'Clock', closed: true, panels: clockRow },
    { title: 'Processes, files, randomness', closed: true, panels: processRow },
    { title: 'Hardware: temperature, fans, cooling, supplies', closed: true, panels: hardwareRow },
    { title: 'systemd', closed: true, panels: systemdRow },
    { title: 'node_exporter itself', closed: true, panels: exporterRow },
  ],
  reading,
});
