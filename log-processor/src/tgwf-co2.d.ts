/** What we use of @tgwf/co2 0.19.0, which brings no types of its own. */
declare module '@tgwf/co2' {
  type Trace = { readonly co2: Readonly<Record<string, number>> | number };
  type Options = { readonly gridIntensity?: Readonly<Partial<Record<'dataCenter' | 'network' | 'device', number | { readonly country: string }>>> };
  export class co2 {
    constructor(options: { readonly model: 'swd'; readonly version: 3 | 4; readonly results?: 'segment' });
    perByteTrace(bytes: number, green: boolean, options?: Options): Trace;
    perByte(bytes: number, green?: boolean): Readonly<Record<string, number>> | number;
  }
}
declare module '@tgwf/co2/data' {
  export const averageIntensity: { readonly data: Readonly<Record<string, number>> };
}
declare module '@tgwf/co2/data/electricity-maps' {
  type Zone = { readonly carbonIntensity: { readonly value: number } };
  export const yearly2025: { readonly data: Readonly<Record<string, Zone>> };
}
