/** Sockets, protocols and queues of the network stack. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { unlike } from '../promql.ts';
import { now, perSecond } from '../queries/node.ts';
import { lines, wide } from './lines.ts';

const whole = { decimals: 0 } as const;

export const socketRow: readonly Builder<Panel>[] = [
  lines(['TCP sockets', 'Open sockets by what they do: in use, all that exist, without an owner, and waiting for their end. Many orphans are clients that vanish.', 'short'], [[now('node_sockstat_TCP_inuse'), 'in use'], [now('node_sockstat_TCP_alloc'), 'all'], [now('node_sockstat_TCP_orphan'), 'orphans'], [now('node_sockstat_TCP_tw'), 'ending']], whole),
  lines(['All sockets', 'Sockets of every kind that processes hold.', 'short'], [[now('node_sockstat_sockets_used'), 'all']], whole),
  lines(['UDP and other sockets', 'Sockets of UDP, UDP-Lite, raw IP, and of packets that are put together again.', 'short'], [[now('node_sockstat_UDP_inuse'), 'UDP'], [now('node_sockstat_UDPLITE_inuse'), 'UDP-Lite'], [now('node_sockstat_RAW_inuse'), 'raw'], [now('node_sockstat_FRAG_inuse'), 'fragments']], whole),
  lines(['Memory of sockets', 'Bytes that the kernel holds for data in sockets.', 'bytes'], [[now('node_sockstat_TCP_mem_bytes'), 'TCP'], [now('node_sockstat_UDP_mem_bytes'), 'UDP'], [now('node_sockstat_FRAG_memory'), 'fragments']]),
  lines(['Memory of sockets, in pages', 'The same as the kernel counts it: in pages, for comparison with its limits (tcp_mem, udp_mem).', 'short'], [[now('node_sockstat_TCP_mem'), 'TCP'], [now('node_sockstat_UDP_mem'), 'UDP']], whole),
  lines(['Connections by state', 'TCP connections by state (collector "tcpstat"). Many in "syn_recv" are an attack, many in "close_wait" a program that forgets to close.', 'short'], [[now('node_tcp_connection_states', { state: unlike('.*_bytes') }), '{{state}}']], whole),
];

export const protocolRow: readonly Builder<Panel>[] = [
  lines(['IP traffic', 'Bytes per second as the IP layer counts them.', 'Bps'], [[perSecond('node_netstat_IpExt_InOctets'), 'in'], [perSecond('node_netstat_IpExt_OutOctets'), 'out']]),
  lines(['TCP segments', 'Segments per second, in, out, and sent again. Sent again above 1% is a bad line.', 'ops'], [[perSecond('node_netstat_Tcp_InSegs'), 'in'], [perSecond('node_netstat_Tcp_OutSegs'), 'out'], [perSecond('node_netstat_Tcp_RetransSegs'), 'again']]),
  lines(['TCP connections begun', 'Connections per second that this machine opened, and that others opened to it.', 'ops'], [[perSecond('node_netstat_Tcp_ActiveOpens'), 'by us'], [perSecond('node_netstat_Tcp_PassiveOpens'), 'by others']]),
  lines(['TCP connections', 'Established connections, and the most there may be (-1 is no limit; needs the field Tcp_MaxConn).', 'short'], [[now('node_netstat_Tcp_CurrEstab'), 'established'], [now('node_netstat_Tcp_MaxConn'), 'most']], whole),
  lines(['TCP errors', 'Damaged segments, resets that were sent, and time-outs per second.', 'ops'], [[perSecond('node_netstat_Tcp_InErrs'), 'damaged'], [perSecond('node_netstat_Tcp_OutRsts'), 'resets'], [perSecond('node_netstat_TcpExt_TCPTimeouts'), 'time-outs'], [perSecond('node_netstat_TcpExt_TCPSynRetrans'), 'greeting sent again']]),
  lines(['Nobody answered in time', 'Connections per second that were turned away because a program did not accept them fast enough.', 'ops'], [[perSecond('node_netstat_TcpExt_ListenOverflows'), 'queue full'], [perSecond('node_netstat_TcpExt_ListenDrops'), 'turned away']]),
  lines(['SYN cookies', 'Cookies per second against floods of half-open connections: sent, come back, and wrong.', 'ops'], [[perSecond('node_netstat_TcpExt_SyncookiesSent'), 'sent'], [perSecond('node_netstat_TcpExt_SyncookiesRecv'), 'back'], [perSecond('node_netstat_TcpExt_SyncookiesFailed'), 'wrong']]),
  lines(['Out of order', 'Segments per second that came before their time, and that a full queue dropped.', 'ops'], [[perSecond('node_netstat_TcpExt_TCPOFOQueue'), 'early'], [perSecond('node_netstat_TcpExt_TCPRcvQDrop'), 'dropped']]),
  lines(['UDP', 'Datagrams per second, and those for which nobody listened.', 'ops'], [[perSecond('node_netstat_Udp_InDatagrams'), 'in'], [perSecond('node_netstat_Udp_OutDatagrams'), 'out'], [perSecond('node_netstat_Udp_NoPorts'), 'nobody there']]),
  lines(['UDP errors', 'Damaged datagrams per second, and those lost in full buffers.', 'ops'], [[perSecond('node_netstat_Udp_InErrors'), 'damaged'], [perSecond('node_netstat_UdpLite_InErrors'), 'damaged, UDP-Lite'], [perSecond('node_netstat_Udp_RcvbufErrors'), 'buffer full, in'], [perSecond('node_netstat_Udp_SndbufErrors'), 'buffer full, out']]),
  lines(['ICMP', 'Messages of the network about itself per second, and damaged ones.', 'ops'], [[perSecond('node_netstat_Icmp_InMsgs'), 'in'], [perSecond('node_netstat_Icmp_OutMsgs'), 'out'], [perSecond('node_netstat_Icmp_InErrors'), 'damaged']]),
  lines(['UDP queues', 'Bytes that wait in the queues of UDP sockets, by direction.', 'bytes'], [[`sum by (queue, ip) (${now('node_udp_queues')})`, '{{ip}} {{queue}}']]),
];

export const queueRow: readonly Builder<Panel>[] = [
  lines(['Packets each core handled', 'Packets per second that each core took from the network cards. One core far above the others is the bottleneck.', 'pps'], [[perSecond('node_softnet_processed_total'), '{{cpu}}']]),
  lines(['Dropped and squeezed', 'Packets per second dropped because a queue was full, and times a core had to stop before its queue was empty.', 'ops'], [[perSecond('node_softnet_dropped_total'), '{{cpu}} dropped'], [perSecond('node_softnet_times_squeezed_total'), '{{cpu}} squeezed']]),
  lines(['Handed on and limited', 'Packets per second that a core was given by another (RPS), and times a flow was limited.', 'ops'], [[perSecond('node_softnet_received_rps_total'), '{{cpu}} handed on'], [perSecond('node_softnet_flow_limit_count_total'), '{{cpu}} limited']]),
  lines(['Tracked connections', 'Entries of the firewall\'s table of connections, and its limit. When it is full, new connections are lost.', 'short'], [[now('node_nf_conntrack_entries'), 'entries'], [now('node_nf_conntrack_entries_limit'), 'limit']], { ...wide, ...whole, limits: ['limit'] }),
  lines(['Neighbours', 'Machines of the same network that this one knows by their hardware address (ARP).', 'short'], [[now('node_arp_entries'), '{{device}}']], { ...wide, ...whole }),
];
