/** Whom each volume of compose.yaml belongs to, so that every service can run as its own user. */

export type VolumeOwner = {
  readonly uid: number;
  readonly gid: number;
  /** With the set-group-id bit (2xxx), what is written into it belongs to the group of its reader. */
  readonly mode: number;
};

/** Owner and mode of the root of every volume. A raw log belongs to nginx (101) and to the group of the one service that may read it. */
export const volumeOwners: Readonly<Record<string, VolumeOwner>> = {
  'access-logs': { uid: 101, gid: 10101, mode: 0o2770 },
  'error-logs': { uid: 101, gid: 10104, mode: 0o2750 },
  'app-logs': { uid: 10102, gid: 10104, mode: 0o2750 },
  'processor-state': { uid: 10101, gid: 10101, mode: 0o700 },
  'processor-keys': { uid: 10101, gid: 10101, mode: 0o700 },
  'loki-data': { uid: 10001, gid: 10001, mode: 0o700 },
  'prometheus-data': { uid: 10107, gid: 10107, mode: 0o700 },
  'alertmanager-data': { uid: 10106, gid: 10106, mode: 0o700 },
  'grafana-data': { uid: 472, gid: 472, mode: 0o700 },
  'grafana-secrets': { uid: 472, gid: 472, mode: 0o500 },
  'agent-positions': { uid: 10104, gid: 10104, mode: 0o2770 },
};
