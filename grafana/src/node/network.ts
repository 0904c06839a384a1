/** Network cards. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { NodeMetric } from '../node-metrics.ts';
import { linkSpeed, now, perSecond } from '../queries/node.ts';
import { lines, wide } from './lines.ts';

/** Received and sent of the same kind. */
const both = (received: NodeMetric, sent: NodeMetric): readonly (readonly [string, string])[] => [[perSecond(received), '{{device}} in'], [perSecond(sent), '{{device}} out']];

export const networkRow: readonly Builder<Panel>[] = [
  lines(['Traffic', 'Bytes per second that each card receives and sends.', 'Bps'], both('node_network_receive_bytes_total', 'node_network_transmit_bytes_total'), wide),
  lines(['Packets', 'Packets per second. Many small ones cost more processor time than few large ones.', 'pps'], both('node_network_receive_packets_total', 'node_network_transmit_packets_total'), wide),
  lines(['Link', '1 where the card is up, and where a cable carries a signal.', 'short'], [[now('node_network_up'), '{{device}} up'], [now('node_network_carrier'), '{{device}} signal']], { decimals: 0 }),
  lines(['Speed of the link', 'Bytes per second the link could carry. A fall is a bad cable or another switch. Cards that do not know theirs, as virtual ones, are left out.', 'Bps'], [[linkSpeed(), '{{device}}']]),
  lines(['Largest packet', 'Bytes of the largest packet (MTU). Different values along a path cause strange stalls.', 'bytes'], [[now('node_network_mtu_bytes'), '{{device}}']], { decimals: 0 }),
];

export const networkErrorRow: readonly Builder<Panel>[] = [
  lines(['Errors', 'Packets per second that were damaged or could not be sent.', 'pps'], both('node_network_receive_errs_total', 'node_network_transmit_errs_total')),
  lines(['Dropped', 'Packets per second thrown away, mostly for want of buffers or because nobody wants their protocol.', 'pps'], both('node_network_receive_drop_total', 'node_network_transmit_drop_total')),
  lines(['Buffer of the card full', 'Packets per second lost because the card was not emptied, or not filled, in time.', 'pps'], both('node_network_receive_fifo_total', 'node_network_transmit_fifo_total')),
  lines(['Compressed', 'Compressed packets per second; only very slow links have them.', 'pps'], both('node_network_receive_compressed_total', 'node_network_transmit_compressed_total')),
  lines(['To many', 'Packets per second that were sent to a group of machines (multicast).', 'pps'], [[perSecond('node_network_receive_multicast_total'), '{{device}}']]),
  lines(['Damaged frames', 'Frames per second of a wrong shape: a bad cable, a bad port.', 'pps'], [[perSecond('node_network_receive_frame_total'), '{{device}}']]),
  lines(['Wanted by nobody', 'Packets per second for whose protocol there is no handler.', 'pps'], [[perSecond('node_network_receive_nohandler_total'), '{{device}}']]),
  lines(['Collisions', 'Packets per second that met another on the wire: half-duplex links only.', 'pps'], [[perSecond('node_network_transmit_colls_total'), '{{device}}']]),
  lines(['Signal lost', 'Times per second that the signal was lost while sending.', 'ops'], [[perSecond('node_network_transmit_carrier_total'), '{{device}}']]),
];
