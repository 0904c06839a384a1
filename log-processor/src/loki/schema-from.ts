/** Reads from Loki's own configuration from which day on it can store anything. */

/**
 * The earliest `from` of `schema_config.configs`, as `yyyy-mm-dd`; null where the configuration names none.
 * @param config the YAML that `/config` prints
 */
export function readSchemaFrom(config: string): string | null {
  const [, section = ''] = /^schema_config:\n((?: .*\n|\n)*)/m.exec(`${config}\n`) ?? [];
  const days = [...section.matchAll(/^\s*- from: "?(\d{4}-\d{2}-\d{2})/gm)].map(([, day = '']) => day);
  return days.sort()[0] ?? null;
}
